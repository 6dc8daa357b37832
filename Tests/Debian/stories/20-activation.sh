. /stories/harness.sh
story "The first request starts the daemon"

check "a request is answered" tactctl status
check "tactd is up: it told systemd so" is running property tactd.service SubState
check "it says what it does" says "serving, policy " property tactd.service StatusText
check "it runs as its own user" is tact ps -o user= -p "$(property tactd.service MainPID)"
check "its database is its own" is "tact 700" stat --format="%U %a" /var/lib/tact
check "the socket is for everyone, and [access] says for what" is 666 stat --format=%a /run/tact/tact.sock
check "without the address families of a network" is AF_UNIX property tactd.service RestrictAddressFamilies

# The policy of the stories.
install -m 644 /stories/tactd.toml /etc/tact/tactd.toml
check "reloading takes a new policy over" systemctl reload tactd
check "its topics are known" \
    within 5 tactctl send --recipient ann --topic notes --title Hello --dry-run
check "without a restart" is 0 property tactd.service NRestarts
