. /stories/harness.sh
story "The courier is restarted, and gives back what it holds"

# A program that takes its time, for four messages at once; more of them wait in the courier's hands.
cat >/usr/local/bin/note <<'PROGRAM'
#!/bin/sh
sleep 1
cat >>/var/lib/notes/slow
PROGRAM
ids=()
for _ in $(seq 12); do ids+=("$(submit ann notes)"); done
held() { [ "$(ask '.items | length' list --state leased)" -ge 4 ]; }
within 10 held
check "it ends well" systemctl restart tact-courier
check "with status 0" is success property tact-courier.service Result
all_delivered() {
    local id
    for id in "${ids[@]}"; do is delivered state "$id" || return 1; done
}
# A lease that was not given back would keep its message for a minute.
check "everything is delivered soon, by the next courier" within 20 all_delivered
check "and nothing twice" is 12 bash -c 'grep -o "\"attempt\":" /var/lib/notes/slow | wc -l'
check "each at its first attempt" is "" bash -c 'grep -o "\"attempt\":[2-9]" /var/lib/notes/slow'
