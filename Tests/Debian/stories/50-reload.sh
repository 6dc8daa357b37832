. /stories/harness.sh
story "A policy is changed while the daemon runs"

version() { tactctl --output json status | jq --raw-output .policy.version; }
old=$(version)
pid=$(property tactd.service MainPID)
sed -i 's/^\[\[cap\]\]$/&/; $ a [[cap]]\nname = "one"\nlimit = 1000\nper = "24h"' /etc/tact/tactd.toml
check "a good file is taken over" systemctl reload tactd
check "it is another policy" within 5 fails is "$old" version
new=$(version)

sed -i 's/^limit = 1000/limit = "many"/' /etc/tact/tactd.toml
systemctl reload tactd
check "a bad file is refused, and systemd's status says so" \
    within 5 says "the last reload was refused" property tactd.service StatusText
check "the policy stays in force" is "$new" version
check "tactctl's status says so, with file and line" says "/etc/tact/tactd.toml:" tactctl status
check "the journal, too" says "limit" journalctl --no-pager --unit=tactd --priority=err --since=-10s
check "messages are taken as before" submit ann notes
check "it is the same process" is "$pid" property tactd.service MainPID

# The courier would ask for another start at once.
systemctl stop tact-courier tactd.socket tactd.service
since=$(date +%T)
check "a start with such a file is refused" fails systemctl start tactd.service
check "and systemd knows that no other start will help" \
    within 5 says "status=78/CONFIG" journalctl --no-pager --unit=tactd --since="$since"
install -m 644 /stories/tactd.toml /etc/tact/tactd.toml
systemctl reset-failed tactd.service tactd.socket
systemctl start tactd.socket tact-courier
check "with the file mended all is well" tactctl status
