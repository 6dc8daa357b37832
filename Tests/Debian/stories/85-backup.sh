. /stories/harness.sh
story "A backup, and the way back"

id=$(submit backup notes --not-before "$(date --utc --date=tomorrow +%FT%TZ)")
check "a backup is made while the daemon runs" tactctl backup /root/tact.db
check "readable by its owner alone" is 600 stat --format=%a /root/tact.db
later=$(submit backup notes --not-before "$(date --utc --date=tomorrow +%FT%TZ)")

systemctl stop tactd.socket tactd.service
rm -f /var/lib/tact/tact.db-wal /var/lib/tact/tact.db-shm
install -o tact -g tact -m 600 /root/tact.db /var/lib/tact/tact.db
systemctl start tactd.socket tactd.service
check "the daemon starts on the copy" is running property tactd.service SubState
check "what the copy knew is there" is pending state "$id"
check "what came later is not" with 1 tactctl show "$later"
check "everything adds up" tactctl verify
