BUILD_PACKAGES = ca-certificates git libsqlite3-dev tzdata
DEMO_PACKAGES  = curl jq
TEST_PACKAGES  = chromium chromium-driver curl faketime fonts-noto-cjk gcc iproute2 jq libc6-dev libical-dev msmtp \
                 nodejs openssl python3 python3-venv util-linux
# What the tests can do without, and say so: the example client in Go.
CI_PACKAGES    = golang-go
MANUAL_PACKAGES = lowdown python3
DEB_PACKAGES   = debhelper dpkg-dev lintian
BENCH_PACKAGES = curl gcc libc6-dev python3 redis-server

# Everything is built in release mode. A target may import only what Package.swift says it depends on; warnings are
# errors there, too. With testing enabled, one build serves the tests, the demo and whoever tries the programs out.
STRICT      = -c release --explicit-target-dependency-import-check error
SWIFT_FLAGS = $(STRICT) -Xswiftc -enable-testing
SWIFT_TEST  = scripts/told-again swift test $(SWIFT_FLAGS) --skip-build --disable-xctest
BIN         = .build/release
# Another build, without testing and the need for a Swift runtime, is what is installed and measured.
STATIC      = .build-static
# Its addresses of foreign functions are looked up at the start, and cannot be written from then on.
HARDENED    = -Xlinker -z -Xlinker now
# Where "make install" puts the units, and "make deb" the package.
UNITS       = /usr/lib/systemd/system
DEB         = .build-deb

SOURCES     = Package.swift Sources Tests Benchmarks docs/examples/swift
PYTHON      = /usr/bin/python3

.DEFAULT_GOAL := help
.PHONY: help deps build demo test lint format oracles conformance soak bench bench-before install deb test-system clean test-build \
        programs swift-toolchain build-packages demo-packages test-packages ci-packages manual-packages deb-packages \
        bench-packages

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: swift-toolchain build-packages ## build tactd, tact-courier, tact-web and tactctl into .build/release
	swift build $(SWIFT_FLAGS) --product tactd
	swift build $(SWIFT_FLAGS) --product tact-courier
	swift build $(SWIFT_FLAGS) --product tact-web
	swift build $(SWIFT_FLAGS) --product tactctl

demo: build demo-packages ## see what Tact does, on a temporary daemon (under a minute after the build)
	@BIN=$(BIN) demo/run

# The tests with sockets and clocks come by themselves: beside the proofs, which take every core, they would wait. Those with
# whole processes come a few at a time: all at once, none of them would get anywhere for seconds. A browser takes what there is.
test: test-build ## install what is missing, build strictly, and run all tests
	$(SWIFT_TEST) --skip '^(TactDaemonTests|SystemTests)\.'
	$(SWIFT_TEST) --filter '^TactDaemonTests\.'
	SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=8 $(SWIFT_TEST) --filter '^SystemTests\.' --skip BrowserTests
	$(SWIFT_TEST) --filter '^SystemTests\.BrowserTests'

lint: swift-toolchain ## is everything formatted?
	swift format lint --strict --recursive $(SOURCES)

format: swift-toolchain ## format everything
	swift format --in-place --recursive $(SOURCES)

oracles: test-build ## the comparisons with other programs and the planner's proof, at length (an hour)
	TACT_SCENARIOS=10000000 TACT_ORACLE_RULES=1000000 $(SWIFT_TEST) --filter 'Oracle|Proof'

conformance: test-build ## hold the daemon against its OpenAPI document, at length (some minutes)
	TACT_API_EXAMPLES=500 $(SWIFT_TEST) --filter '^SystemTests\.ConformanceTests'

soak: test-build ## kill and restart the daemon 200 times under load, and count
	TACT_KILLS=200 $(SWIFT_TEST) --filter '^SystemTests\.KillTests'

bench: programs bench-packages ## measure what is installed, side by side with others
	BIN=$(STATIC)/release Benchmarks/run

# The last version that kept everything as it came, and asked nobody.
BEFORE = b9655cf
bench-before: programs bench-packages ## what sealing and consent cost, turn by turn with the version before them
	test -d .build-before/tree || git worktree add --force --detach $(CURDIR)/.build-before/tree $(BEFORE)
	swift build $(STRICT) --static-swift-stdlib $(HARDENED) --package-path .build-before/tree \
		--scratch-path .build-before/build --product tactd
	TACT_BEFORE=.build-before/build/release/tactd BIN=$(STATIC)/release Benchmarks/run privacy

install: programs manual-packages ## install programs that need no Swift runtime, units, manual pages, configuration
	scripts/install-files $(STATIC)/release $(UNITS)

deb: deb-packages manual-packages ## build the Debian package into .build-deb
	mkdir -p $(DEB) && rm -f $(DEB)/*
	DEB_FOLDER=$(DEB) dpkg-buildpackage --build=binary --unsigned-changes --post-clean \
		--buildinfo-file=$(DEB)/tact.buildinfo --buildinfo-option=-u$(DEB) \
		--changes-file=$(DEB)/tact.changes --changes-option=-u$(DEB)
	lintian --allow-root --fail-on error,warning $(DEB)/tact.changes

test-system: deb ## install the package on a fresh Debian (debootstrap, systemd-nspawn; needs root), and use it
	Tests/Debian/run

deps: swift-toolchain build-packages demo-packages test-packages .venv/installed .tools/promtool .tools/nginx .tools/caddy ## install what building and testing need

clean: ## remove everything that was built
	rm -rf .build .build-before $(STATIC) $(DEB) .build-system .venv .tools

# What the targets above need. Each is quiet when all is there.

test-build: deps
	swift build $(SWIFT_FLAGS) --build-tests

programs: swift-toolchain build-packages
	swift build $(STRICT) --static-swift-stdlib $(HARDENED) --scratch-path $(STATIC)

swift-toolchain:
	@command -v swift >/dev/null || { echo "swift is not in PATH: install Swift 6.2 or later, https://www.swift.org/install/linux/" >&2; exit 69; }

build-packages demo-packages test-packages ci-packages manual-packages deb-packages bench-packages: %-packages:
	@scripts/install-packages $($(shell echo $* | tr a-z A-Z)_PACKAGES)

.venv/installed: Tests/Oracles/requirements.txt | test-packages
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

.tools/promtool:
	scripts/get-program prometheus usr/bin/promtool

.tools/nginx:
	scripts/get-program nginx usr/sbin/nginx

.tools/caddy:
	scripts/get-program caddy usr/bin/caddy
