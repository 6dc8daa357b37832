#!/bin/sh
# A program for tact-courier's mode "once": one message as JSON on standard input, the exit code as the outcome.
# Needs jq, and a folder OUTBOX in the place of a gateway.
message=$(cat)
number=$(printf %s "$message" | jq -r '.address // empty')
text=$(printf %s "$message" | jq -r '.content.title')
id=$(printf %s "$message" | jq -r .id)

if [ -z "$number" ]; then
    echo "no number" >&2 # The last line of standard error is the outcome's detail. Nothing of the person in it.
    exit 1               # It cannot be delivered, ever.
fi
# The id is the same at every attempt: who gets it twice can tell.
printf '%s %s\n' "$number" "$text" >"$OUTBOX/$id" || exit 75 # EX_TEMPFAIL: try again.
