. /stories/harness.sh
story "The journal tells a message's story"

# A program that refuses the message for good.
printf '#!/bin/sh\nexit 65\n' >/usr/local/bin/note
id=$(submit ann notes)
within 10 is failed state "$id"
of_message() { journalctl --no-pager --output=json TACT_MESSAGE="$id"; }
check "it is found by TACT_MESSAGE" within 5 says "\"TACT_MESSAGE\":\"$id\"" of_message
check "the daemon's line is there" says '"SYSLOG_IDENTIFIER":"tactd"' of_message
check "with a priority" says '"PRIORITY"' of_message
check "and no recipient and no content" fails says "ann" journalctl --no-pager --output=cat --unit=tactd --unit=tact-courier TACT_MESSAGE="$id"
check "tactd's lines have fields of their own" says '"TACT_POLICY"' journalctl --no-pager --output=json --unit=tactd --grep=ready
