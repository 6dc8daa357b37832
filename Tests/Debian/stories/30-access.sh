. /stories/harness.sh
story "Who may submit, and who may not"

useradd --system --groups tact shop
useradd --system stranger
useradd --system --groups adm olga
check "a user of the group tact may submit" as shop tactctl send --recipient ann --topic notes --title Hello
check "a stranger may not" with 77 as stranger tactctl send --recipient ann --topic notes --title Hello
check "and is told what is missing" says "not allowed" as stranger tactctl send --recipient ann --topic notes --title Hello
check "the sender of a message is the user" is shop ask '.items[0].sender' list
check "who submits may not look at everybody" with 77 as shop tactctl recipient list
check "an operator may" as olga tactctl recipient list
