. /stories/harness.sh
story "Removed, what is known stays; purged, it goes"

id=$(submit ann notes --not-before "$(date --utc --date=tomorrow +%FT%TZ)")
remove() { env DEBIAN_FRONTEND=noninteractive apt-get "$1" --quiet --quiet --yes --option=Dpkg::Use-Pty=0 tact; }
check "apt removes the package" remove remove
check "nothing of it runs" fails pgrep --list-name --full "^/usr/bin/tact"
check "the socket is gone" fails test -e /run/tact/tact.sock
check "the database stays" test -s /var/lib/tact/tact.db
check "the configuration stays" test -s /etc/tact/tactd.toml -a -s /etc/tact/courier.toml

check "apt installs it again" install_quietly --option=Dpkg::Options::=--force-confold /package/tact_*.deb
check "and everything is as it was" is pending state "$id"

check "apt purges the package" remove purge
check "the database is gone" fails test -e /var/lib/tact
check "the configuration is gone" fails test -e /etc/tact/tactd.toml
check "no unit is left" is "" bash -c 'systemctl list-unit-files --no-legend "tact*"; ls /etc/systemd/system/*.wants | grep tact'
check "nothing on this system has failed" is "" systemctl list-units --failed --no-legend --plain
