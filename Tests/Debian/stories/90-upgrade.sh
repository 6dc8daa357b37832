. /stories/harness.sh
story "An upgrade, while an application submits"

# The next version: the same but for its number and its example of a configuration.
dpkg-deb --raw-extract /package/tact_*.deb next
sed -i 's/^Version: .*/&+next/' next/DEBIAN/control
echo "# The next version's." >>next/etc/tact/courier.toml
dpkg-deb -Znone --build next next.deb >/dev/null
rm -r next
echo "# The administrator's." >>/etc/tact/tactd.toml

tact=$(property tactd.service MainPID) courier=$(property tact-courier.service MainPID)
socket=$(property tactd.socket ActiveEnterTimestampMonotonic)
while sleep 0.05; do
    tactctl send --recipient ann --topic notes --title Hello --not-before 2030-01-01T00:00:00Z || true
done >submitted 2>refused &
application=$!
# The courier's configuration was changed here and there: the administrator's stays, as they say here.
check "apt upgrades the package" install_quietly --option=Dpkg::Options::=--force-confold ./next.deb
sleep 0.5
kill "$application"
check "the application was never refused" is "" cat refused
check "and did submit meanwhile" test "$(wc -l <submitted)" -gt 5
check "the new daemon runs" fails is "$tact" property tactd.service MainPID
check "the new courier, too" fails is "$courier" property tact-courier.service MainPID
check "the socket was there all the time" is "$socket" property tactd.socket ActiveEnterTimestampMonotonic
check "tactd's configuration is the administrator's" says "# The administrator's." cat /etc/tact/tactd.toml
check "the courier's, too" fails says "# The next version's." cat /etc/tact/courier.toml
check "nothing on this system has failed" is "" systemctl list-units --failed --no-legend --plain
