# The commands of this project. `make demo` and `make test` are all a newcomer needs.
SWIFT ?= swift
JOBS ?= $(shell nproc)
PREFIX ?= /usr/local
ONLY ?=
BUILD := .build
SOURCES := Package.swift Sources Tests

.PHONY: deps demo test bench lint format docs notebooks install release clean

## Installs the system libraries that are missing, and makes the Swift packages fetchable.
deps:
	@scripts/system-packages
	@scripts/swift-packages

## Runs the quickstart scenario in release mode and says where the results are.
demo: release
	@$(BUILD)/release/orrery run scenarios/quickstart.yaml --out reports/quickstart

## Runs all tests.
test: deps
	$(SWIFT) build --build-tests -j $(JOBS)
	$(SWIFT) test --skip-build --disable-xctest

## Release build of the orrery command.
release: deps
	$(SWIFT) build -c release -j $(JOBS) --product orrery

## Measures and prints what design budgets name; writes .build/bench.json. ONLY=prefix runs some.
bench: deps
	$(SWIFT) build -c release -j $(JOBS) --product orrery-bench
	@ONLY="$(ONLY)" $(BUILD)/release/orrery-bench

## Formatting and style; changes nothing.
lint:
	$(SWIFT) format lint --strict --recursive $(SOURCES)

## Applies the formatting.
format:
	$(SWIFT) format --in-place --recursive $(SOURCES)

## Reference pages that are made from the program itself; fails if the checked-in ones are stale.
docs: release
	@scripts/reference-pages $(BUILD)/release/orrery

## Executes the notebooks of notebooks-export/ on fresh runs; pages in .build/notebooks.
notebooks: release
	@scripts/run-notebooks $(BUILD)/release/orrery

## Installs the command and its shell completions.
install: release
	install -D -m 755 $(BUILD)/release/orrery $(DESTDIR)$(PREFIX)/bin/orrery
	@mkdir -p $(DESTDIR)$(PREFIX)/share/bash-completion/completions $(DESTDIR)$(PREFIX)/share/zsh/site-functions $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	$(BUILD)/release/orrery --generate-completion-script bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/orrery
	$(BUILD)/release/orrery --generate-completion-script zsh > $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_orrery
	$(BUILD)/release/orrery --generate-completion-script fish > $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/orrery.fish

clean:
	rm -rf $(BUILD)
