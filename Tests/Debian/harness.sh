# What the stories are told with. Each sources this, says what it is about, and checks.

set -euo pipefail
cd /root
failures=0
trap 'status=$?; trap - EXIT; [ "$status" -eq 0 ] || echo "  FAILED  the story ended early, with status $status"
      exit $((status != 0 || failures != 0))' EXIT

story() { printf '\n%s\n' "$1"; }

# check WHAT-IS-SO COMMAND...: one line, ok or FAILED; what the command said is shown if it failed.
check() {
    local what=$1 said
    shift
    if said=$("$@" 2>&1); then
        printf '  ok      %s\n' "$what"
    else
        printf '  FAILED  %s\n' "$what"
        printf '%s\n' "$*" "$said" | head -40 | sed 's/^/          | /'
        failures=$((failures + 1))
    fi
}

# Ways to say what is expected of a command.

# fails COMMAND...: it says no. That it is not there, or is killed, is no answer.
fails() {
    local status=0
    "$@" || status=$?
    [ "$status" -gt 0 ] && [ "$status" -lt 126 ] || { echo "found exit status $status, expected one from 1 to 125"; return 1; }
}
# with STATUS COMMAND...: it ends with that exit status.
with() {
    local expected=$1 status=0
    shift
    "$@" || status=$?
    [ "$status" -eq "$expected" ] || { echo "found exit status $status, expected $expected"; return 1; }
}
# is TEXT COMMAND...: it says exactly that.
is() {
    local expected=$1 found
    shift
    found=$("$@") || true
    [ "$found" = "$expected" ] || { echo "found “$found”, expected “$expected”"; return 1; }
}
# says TEXT COMMAND...: it says that, among other things, on stdout or stderr.
says() {
    local expected=$1 found
    shift
    found=$("$@" 2>&1) || true
    [[ $found == *"$expected"* ]] || { echo "found “$found”, expected it to contain “$expected”"; return 1; }
}
# within SECONDS COMMAND...: it succeeds before long.
within() {
    local end=$((SECONDS + $1)) said
    shift
    until said=$("$@" 2>&1); do
        if [ "$SECONDS" -ge "$end" ]; then echo "still: $said"; return 1; fi
        sleep 0.1
    done
}

# Words of this world.

as() { local user=$1; shift; runuser --user "$user" -- "$@"; }
property() { systemctl show --property="$2" --value "$1"; }
# ask FILTER COMMAND...: what jq finds in the JSON that tactctl answers.
ask() { local filter=$1; shift; tactctl --output json "$@" | jq --raw-output "$filter"; }
state() { ask .state show "$1"; }
# submit RECIPIENT TOPIC [OPTION...]: submits a message, and answers its id.
submit() { local recipient=$1 topic=$2; shift 2; ask .id send --recipient "$recipient" --topic "$topic" --title Hello "$@"; }
install_quietly() {
    env DEBIAN_FRONTEND=noninteractive apt-get install --quiet --quiet --yes --no-install-recommends \
        --option=Dpkg::Use-Pty=0 "$@"
}
