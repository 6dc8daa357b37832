. /stories/harness.sh
story "The package on a fresh Debian"

check "apt installs it from the file, with nothing but what it names" install_quietly /package/tact_*.deb
check "the socket listens" is active property tactd.socket ActiveState
for unit in tactd.socket tactd.service tact-courier.service; do
    check "$unit is there after the next boot" is enabled systemctl is-enabled "$unit"
done
check "tactd waits for the first request" is inactive property tactd.service ActiveState
check "the courier is up, and has nothing to do" is active property tact-courier.service ActiveState
check "tactd has a user, who cannot log in" says ":/var/lib/tact:/usr/sbin/nologin" getent passwd tact
check "the pages wait for an address: they are not enabled" is disabled systemctl is-enabled tact-web.service
check "the courier has another" says ":/usr/sbin/nologin" getent passwd tact-courier

installed_files() {
    local file
    for file in /usr/share/man/man1/tactctl.1.gz /usr/share/man/man5/{tactd,courier,web}.toml.5.gz \
        /usr/share/man/man8/{tactd,tact-courier,tact-web}.8.gz /usr/share/bash-completion/completions/tactctl \
        /usr/share/zsh/vendor-completions/_tactctl /usr/share/fish/vendor_completions.d/tactctl.fish \
        /usr/share/doc/tact/copyright /usr/share/doc/tact/examples/tactd.toml; do
        # Long enough to say something.
        [ "$(wc -c <"$file")" -gt 200 ] || { echo "$file is missing, or all but empty"; return 1; }
    done
}
# A minimal Debian leaves documentation out, unless apt is told otherwise; this one is not told so.
check "manual pages, completions and examples are there" installed_files
check "the example of tactd's configuration is good" tactctl config check /etc/tact/tactd.toml
check "the example of the courier's configuration is good" tact-courier --check --config /etc/tact/courier.toml
check "the example of the pages' configuration is good" tact-web --check --config /etc/tact/web.toml
# Exposure, as systemd reckons it: 0 to 10; the thresholds are tenths.
check "tactd's exposure is at most 0.5" systemd-analyze security --no-pager --threshold=5 tactd.service
check "the courier's exposure is at most 1.5" systemd-analyze security --no-pager --threshold=15 tact-courier.service
check "the pages' exposure is at most 1.5" systemd-analyze security --no-pager --threshold=15 tact-web.service
check "nothing on this system has failed" is "" systemctl list-units --failed --no-legend --plain

# What the stories after this one need.
install_quietly jq >/dev/null 2>&1
