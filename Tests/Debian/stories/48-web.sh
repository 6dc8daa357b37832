. /stories/harness.sh
story "People open their preference pages"

install_quietly curl >/dev/null 2>&1
printf '\n[preferences]\nurl = "http://localhost:8480/preferences"\n' >>/etc/tact/tactd.toml
sed -i 's,^url = .*,url = "http://localhost:8480/preferences",' /etc/tact/web.toml
systemctl reload-or-restart tactd
check "the pages start" systemctl enable --now tact-web
check "as their own user" is tact-web ps -o user= -p "$(property tact-web.service MainPID)"
check "and say where they are" says "http://localhost:8480/preferences" property tact-web.service StatusText

tactctl recipient set ann --time-zone Europe/Paris >/dev/null
link=$(tactctl link ann)
check "a link opens the pages" says "Your coming week" \
    sh -c "curl --silent --cookie-jar /root/jar '$link' && curl --silent --cookie /root/jar http://localhost:8480/preferences/times"
check "once it is revoked it does not" says "This link does not work" \
    sh -c "tactctl link revoke ann && curl --silent '$link'"
check "the socket that it asks by gives it nothing without a link" says '"status":403' \
    setpriv --reuid tact-web --regid tact-web --clear-groups curl --silent --unix-socket /run/tact/tact.sock http://tact/v1/recipients
systemctl disable --now tact-web >/dev/null 2>&1
