. /stories/harness.sh
story "The journal tells a message's story"

# A program that refuses the message for good.
printf '#!/bin/sh\nexit 65\n' >/usr/local/bin/note
id=$(submit zacharias notes --body Sesame)
within 10 is failed state "$id"
of_message() { journalctl --no-pager --output=json TACT_MESSAGE="$id"; }
check "it is found by TACT_MESSAGE" within 5 says "\"TACT_MESSAGE\":\"$id\"" of_message
check "the courier's line is there" says '"SYSLOG_IDENTIFIER":"tact-courier"' of_message
check "the daemon's line, too" within 5 says '"SYSLOG_IDENTIFIER":"tactd"' of_message
check "as a warning" says '"PRIORITY":"4"' of_message
check "its details have fields of their own" says '"TACT_CHANNEL":"note"' of_message
check "no line names the recipient" fails says zacharias journalctl --no-pager --output=json
check "nor what the message says" fails says Sesame journalctl --no-pager --output=json
check "tactd's lines have such fields, too" says '"TACT_POLICY"' journalctl --no-pager --output=json --unit=tactd --grep=ready
