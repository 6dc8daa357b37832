. /stories/harness.sh
story "The courier delivers: to a program, and to a web service"

# A program, and a folder for it to write to, as an administrator would give it.
cat >/usr/local/bin/note <<'PROGRAM'
#!/bin/sh
cat >>/var/lib/notes/notes
PROGRAM
chmod 755 /usr/local/bin/note
install -D -m 600 <(echo whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwdGVzdGtleQ==) /etc/tact/secrets/hook
install -D -m 644 /dev/stdin /etc/systemd/system/tact-courier.service.d/stories.conf <<'UNIT'
[Service]
StateDirectory=notes
LoadCredential=hook:/etc/tact/secrets/hook
UNIT
install -m 644 /stories/courier.toml /etc/tact/courier.toml
systemctl daemon-reload
check "the courier starts with its channels" systemctl restart tact-courier
check "it says which it serves" says "hook, note, mail" property tact-courier.service StatusText
check "it runs as its own user" is tact-courier ps -o user= -p "$(property tact-courier.service MainPID)"

id=$(submit ann notes)
check "a message reaches a program" within 10 is delivered state "$id"
check "as JSON on its standard input, with its id" says "\"id\":\"$id\"" cat /var/lib/notes/notes

systemd-run --quiet --unit=receiver /stories/webhook-receiver /root/hooks
within 5 systemctl is-active receiver
tactctl recipient set ann --time-zone Europe/Paris --address hook=ann@hooks >/dev/null
id=$(submit ann hooks)
check "a message reaches a web service" within 10 is delivered state "$id"
check "with its id, by which repetitions are told" says "webhook-id: $id" cat /root/hooks
signed_well() {
    local head body key timestamp signature
    head=$(sed '/^$/q' /root/hooks | tr -d '\r')
    body=$(sed '1,/^$/d' /root/hooks | head -c -1)
    key=$(sed 's/^whsec_//' /etc/tact/secrets/hook | base64 -d | od -An -tx1 | tr -d ' \n')
    timestamp=$(sed -n 's/^webhook-timestamp: //Ip' <<<"$head")
    signature=$(printf %s.%s.%s "$id" "$timestamp" "$body" |
        openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64)
    grep -qF "v1,$signature" <<<"$head" || { echo "expected v1,$signature in:"; cat /root/hooks; return 1; }
}
install_quietly openssl >/dev/null 2>&1
check "and a signature that is right" signed_well

sed -i '/^allow_networks/d' /etc/tact/courier.toml
systemctl reload tact-courier
check "allow_networks is taken away, by a reload" \
    within 5 says "configuration loaded" journalctl --no-pager --unit=tact-courier
id=$(submit ann hooks)
check "and nothing is sent to this machine any more" within 20 is failed state "$id"
install -m 644 /stories/courier.toml /etc/tact/courier.toml
systemctl reload tact-courier
systemctl stop receiver
