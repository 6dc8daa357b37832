// swift-tools-version: 6.2
import PackageDescription

/// Strictness is part of the build: a warning is an error, in every target of ours.
let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
]

let package = Package(
    name: "tact",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "tactd", targets: ["tactd"]),
        .executable(name: "tact-courier", targets: ["tact-courier"]),
        .executable(name: "tact-web", targets: ["tact-web"]),
        .executable(name: "tactctl", targets: ["tactctl"]),
        .library(name: "TactClient", targets: ["TactClient"]),
    ],
    dependencies: [
        // Why each of these is here: docs/dependencies.md
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    ],
    targets: [
        // The pure heart: values in, values out.
        .target(name: "TactCore", swiftSettings: strict),
        // The recipients' keys.
        .target(
            name: "TactVault",
            dependencies: ["TactCore", .product(name: "Crypto", package: "swift-crypto")], swiftSettings: strict),
        // All SQL. The only target that imports GRDB.
        .target(
            name: "TactStore",
            dependencies: [
                "TactCore", "TactVault", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: strict),
        // The wire: JSON, requests, answers, problems, and the client.
        .target(
            name: "TactAPI",
            dependencies: [
                "TactCore",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strict),
        // For apps and workers in Swift: what they need of the wire, in public.
        .target(
            name: "TactClient",
            dependencies: ["TactCore", "TactAPI", .product(name: "NIOCore", package: "swift-nio")],
            swiftSettings: strict),
        .executableTarget(
            name: "swift-example", dependencies: ["TactClient"], path: "docs/examples/swift", swiftSettings: strict),
        // Configuration files, read strictly.
        .target(name: "TactSettings", dependencies: ["TactCore", "TactAPI"], swiftSettings: strict),
        // What a process needs to be a good Linux service: signals, systemd, the journal.
        .target(
            name: "TactService",
            dependencies: ["TactCore", "TactAPI", .product(name: "Logging", package: "swift-log")],
            swiftSettings: strict),
        // Templates: what they use of a person, worked out when they are read, and their words.
        .target(
            name: "TactTemplates",
            dependencies: [
                "TactCore", "TactAPI", "TactSettings", .product(name: "Mustache", package: "swift-mustache"),
            ],
            swiftSettings: strict),
        // Configuration, the tz database, the commands and the scheduler: what a live daemon and a
        // simulation have in common.
        .target(
            name: "TactEngine",
            dependencies: [
                "TactCore", "TactVault", "TactStore", "TactAPI", "TactSettings", "TactTemplates",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: strict),
        // The process around the engine: server, routes, access, systemd.
        .target(
            name: "TactDaemon",
            dependencies: [
                "TactCore", "TactVault", "TactStore", "TactAPI", "TactSettings", "TactService", "TactEngine",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strict),
        // The worker that ships with Tact. It knows the daemon by its socket alone.
        .target(
            name: "TactCourier",
            dependencies: [
                "TactCore", "TactAPI", "TactSettings", "TactService",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict),
        // The recipients' pages, behind the administrator's proxy. It knows the daemon by its socket alone.
        .target(
            name: "TactWeb",
            dependencies: [
                "TactCore", "TactAPI", "TactSettings", "TactService",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "tact-web",
            dependencies: [
                "TactCore", "TactSettings", "TactService", "TactWeb",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "tactd",
            dependencies: [
                "TactCore", "TactSettings", "TactService", "TactEngine", "TactDaemon",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "tact-courier",
            dependencies: [
                "TactCore", "TactSettings", "TactService", "TactCourier",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "tactctl",
            dependencies: [
                "TactCore", "TactAPI", "TactSettings", "TactTemplates", "TactEngine",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        // Times the pure heart; see Benchmarks/run.
        .executableTarget(
            name: "decision-bench", dependencies: ["TactCore"], path: "Benchmarks/Decisions", swiftSettings: strict),
        .testTarget(name: "TactCoreTests", dependencies: ["TactCore"], swiftSettings: strict),
        .testTarget(
            name: "TactVaultTests",
            dependencies: ["TactCore", "TactVault", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: strict),
        .testTarget(
            name: "TactStoreTests",
            dependencies: ["TactCore", "TactVault", "TactStore", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: strict),
        .testTarget(name: "TactAPITests", dependencies: ["TactCore", "TactAPI"], swiftSettings: strict),
        .testTarget(
            name: "TactClientTests", dependencies: ["TactAPI", "TactClient"], swiftSettings: strict),
        .testTarget(
            name: "TactSettingsTests", dependencies: ["TactCore", "TactSettings"], swiftSettings: strict),
        .testTarget(
            name: "TactTemplatesTests",
            dependencies: ["TactCore", "TactAPI", "TactSettings", "TactTemplates"], swiftSettings: strict),
        .testTarget(
            name: "TactCourierTests",
            dependencies: [
                "TactCore", "TactAPI", "TactSettings", "TactCourier",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "TactWebTests", dependencies: ["TactCore", "TactAPI", "TactSettings", "TactWeb"],
            swiftSettings: strict),
        .testTarget(
            name: "TactEngineTests",
            dependencies: ["TactCore", "TactStore", "TactAPI", "TactSettings", "TactTemplates", "TactEngine"],
            exclude: ["Scenarios/golden"], swiftSettings: strict),
        .testTarget(
            name: "TactDaemonTests",
            dependencies: [
                "TactCore", "TactStore", "TactAPI", "TactSettings", "TactService", "TactEngine", "TactDaemon",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "SystemTests",
            dependencies: [
                "TactCore", "TactAPI", "TactClient", "tactd", "tact-courier", "tact-web", "tactctl", "swift-example",
            ],
            swiftSettings: strict),
    ]
)
