. /stories/harness.sh
story "A daemon that stands still is restarted"

install -D -m 644 /dev/stdin /etc/systemd/system/tactd.service.d/stories.conf <<'UNIT'
[Service]
WatchdogSec=2s
UNIT
systemctl daemon-reload
systemctl restart tactd
pid=$(property tactd.service MainPID)
kill -STOP "$pid"
# A client that comes while nobody answers.
tactctl status >/root/late 2>&1 &
late=$!
check "systemd's watchdog ends it" within 20 fails is "$pid" property tactd.service MainPID
check "and starts another" within 10 is running property tactd.service SubState
check "systemd says why" within 5 says "Watchdog timeout" journalctl --no-pager --unit=tactd --since=-30s
wait "$late" || true
check "requests are answered again" tactctl status
check "no core, with what messages say in it, was to be left behind" is 0 property tactd.service LimitCORE
rm /etc/systemd/system/tactd.service.d/stories.conf
systemctl daemon-reload
systemctl restart tactd
