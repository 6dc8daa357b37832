. /stories/harness.sh
story "The daemon is killed under load, and nothing that it acknowledged is lost"

# Messages of tomorrow, so that they stay; each has a key, so that the file can be loaded again.
lines=20000 tomorrow=$(date --utc --date=tomorrow +%FT%TZ)
seq "$lines" | jq --compact-output --arg at "$tomorrow" \
    '{recipient: "r\(. % 500)", topic: "notes", not_before: $at, idempotency_key: "k\(.)"}' >messages.ndjson
load() { tactctl --output ndjson load messages.ndjson; }
# What was acknowledged: line and id.
acknowledged() { jq --raw-output 'select(.id) | "\(.line) \(.id)"' "$1" | sort; }

restarts=$(property tactd.service NRestarts)
load >first 2>/dev/null &
loading=$!
within 30 test -s first
sleep 0.2
kill -KILL "$(property tactd.service MainPID)"
wait "$loading" || true
check "it was killed in the middle" test "$(wc -l <first)" -gt 0 -a "$(wc -l <first)" -lt "$lines"
check "systemd starts another" within 20 is "$((restarts + 1))" property tactd.service NRestarts
check "the whole file is loaded again" bash -c 'tactctl --output ndjson load messages.ndjson >second'
check "each message that was acknowledged is still there, under its id" \
    is "" comm -23 <(acknowledged first) <(acknowledged second)
check "each line is one message" is "$lines" bash -c "jq --raw-output .id second | sort -u | wc -l"
check "everything adds up" tactctl verify
