# Dealerline: every target is a line or two; what is longer lies in test/ and packaging/.
export CGO_ENABLED ?= 0
VERSION ?= $(shell sed -n 's/^## \[\([0-9][^]]*\)\].*/\1/p' CHANGELOG.md | head -1)
TAGS     = $(if $(wildcard web-admin/dist/index.html.br),-tags console)
LDFLAGS  = -s -w -X main.release=$(VERSION)

.PHONY: all build prompts run demo test race fuzz bench soak lint arm64 crash dahdi deb e2e image web clean
all: build

build: prompts ## the program for this machine, with the console if `make web` has built it
	go build $(TAGS) -trimpath -ldflags "$(LDFLAGS)" -o bin/appliance ./cmd/appliance

prompts: ## the recordings built into the program
	@test/need.sh espeak-ng sox && internal/sound/prompt/make.sh

run: build ## the box with a demo dealership, on this machine only
	@mkdir -p var/demo && bin/appliance run -demo -config packaging/config/demo.toml

demo: run

test: ## everything that must be green
	@test/all.sh

race: prompts ## all Go tests under the race detector
	CGO_ENABLED=1 go test -race -shuffle=on ./...

fuzz: ## every fuzz test, FUZZTIME each (default 10s)
	@test/fuzz.sh $(FUZZTIME)

bench: build ## the figures of docs/bench.md, as ratios in one run
	@test/bench.sh

soak: build ## calls for SOAK (default 1h), then the books are checked
	@test/soak.sh $(SOAK)

lint: ## golangci-lint, pinned in test/tools
	@test/lint.sh

arm64: prompts ## the static ARM64 program; pure packages tested under qemu-user
	@test/arm64.sh

crash: ## what the store acknowledged survives losses of power (a FUSE process records) and kills
	@test/crash.sh

dahdi: ## the line tests on a real telephony kernel, ARM64, emulated
	@test/dahdi.sh

deb: build ## dist/dealerline_VERSION_ARCH.deb for amd64 and arm64, tried in a chroot
	@packaging/deb/build.sh $(VERSION) && packaging/test/deb.sh $(VERSION)

web: ## the console in the browser, from web-admin into web-admin/dist; needs Node 20.19 or newer
	@test/web.sh

e2e: web build ## the console in a browser, against the real program
	@test/console.sh

image: ## the disk image comes with a later version
	@echo "make $@: not part of version $(VERSION) yet (see CHANGELOG.md)"

clean:
	rm -rf bin dist var
