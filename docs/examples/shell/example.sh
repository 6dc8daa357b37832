#!/usr/bin/env bash
# Needs curl and jq.
#
#   example.sh SOCKET submit RECIPIENT
#   example.sh SOCKET work CHANNEL COUNT
#   example.sh SOCKET watch EVENT COUNT
set -euo pipefail

socket=$1
tact() { curl --silent --show-error --unix-socket "$socket" "$@"; }

# An app: submits a message and reads its plan. With a key, it may be sent again by whoever did not see the answer.
submit() {
    jq --null-input --arg to "$1" \
        '{recipient: $to, topic: "news", content: {title: "Half price"}, idempotency_key: "campaign-7/\($to)"}' |
        tact http://tact/v1/messages --json @- |
        jq --raw-output 'if .status then [.title, (.errors[]? | "\(.pointer) \(.detail)")] | join("\n") + "\n" | halt_error(1)
            else "\(.id) \(.state) \(.plan.at // "no plan")", .findings[].text end'
}

# A worker: leases, delivers, reports. This one ends after some messages; others go on for ever.
work() {
    local left=$2 leased request
    request=$(jq --null-input --arg channel "$1" '{channels: [$channel], max: 10, lease: "60s", wait: "30s"}')
    while [ "$left" -gt 0 ]; do
        # A daemon that restarts is asked again.
        leased=$(tact --fail http://tact/v1/leases --json "$request") || { sleep 1; continue; }
        [ "$(jq '.messages | length' <<<"$leased")" -gt 0 ] || continue
        jq --raw-output '.messages[] | "to \(.recipient): \(.content.title)"' <<<"$leased"
        left=$((left - $(jq '.messages | length' <<<"$leased")))
        jq '{outcomes: [.messages[] | {id, lease, outcome: "delivered"}]}' <<<"$leased" |
            tact --fail --retry 3 --retry-all-errors http://tact/v1/leases/outcomes --json @- >/dev/null
    done
}

# An observer: every change, from where it left off, over restarts of the daemon too.
watch() {
    local last=$1 left=$2 line id name
    while true; do
        while IFS= read -r line; do
            case $line in
            "id: "*) id=${line#id: } ;;
            "event: "*) name=${line#event: } ;;
            "data: "*)
                if [ "$name" = gap ]; then
                    echo "some changes are not known any more" >&2
                else
                    jq --raw-output --arg event "$id" '"\($event) \(.id) \(.state)"' <<<"${line#data: }"
                    left=$((left - 1))
                fi ;;
            "") last=${id:-$last} ;; # Only now the event is complete.
            esac
            [ "$left" -gt 0 ] || { kill $!; exit 0; }
        done < <(exec curl --silent --no-buffer --unix-socket "$socket" --header "Last-Event-ID: $last" http://tact/v1/watch)
        sleep 1
    done
}

case $2 in
submit) submit "$3" ;;
work) work "$3" "$4" ;;
watch) watch "$3" "$4" ;;
*) sed -n 's/^#   //p' "$0" >&2; exit 64 ;;
esac
