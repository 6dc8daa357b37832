. /stories/harness.sh
story "Mail: Postfix is installed after Tact, and a letter reaches a mailbox"

useradd --create-home ann
debconf-set-selections <<'CHOICES'
postfix postfix/main_mailer_type select Local only
postfix postfix/mailname string tact-test.example.org
CHOICES
old=$(property tact-courier.service MainPID)
check "apt installs Postfix" install_quietly postfix
check "the courier's user may hand over mail to it" says postdrop id -nG tact-courier
check "and the courier was restarted, to know so" fails is "$old" property tact-courier.service MainPID
check "Postfix is up" within 10 is active property postfix@-.service ActiveState

tactctl recipient set ann --address mail=ann@localhost >/dev/null
id=$(ask .id send --recipient ann --topic letters --title "Grüße aus Köln" --body "Pizza, two for one")
check "a letter is delivered" within 10 is delivered state "$id"
check "it is in the mailbox" within 20 says "Message-ID: <$id@example.org>" cat /var/mail/ann
check "from the shop" says 'From: "Example Shop" <shop@example.org>' cat /var/mail/ann
check "of its topic's list" says "List-Id: <letters.example.org>" cat /var/mail/ann
check "nothing was refused on the way" fails grep -qsE "warning|fatal" <(journalctl --no-pager -t postfix/postdrop -t postfix/sendmail)
check "the courier cannot gain rights by what it starts" is yes property tact-courier.service NoNewPrivileges
