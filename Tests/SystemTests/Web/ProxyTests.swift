import Foundation
import TactAPI
import Testing

/// The handbook's examples for nginx and Caddy, in front of the pages.
@Suite struct ProxyTests {
    private static let tools = Example.root.appending(path: ".tools").path

    /// A block of the handbook's page that has a word in it, as it stands there.
    private func example(with word: String) throws -> String {
        let page = try String(contentsOf: Example.root.appending(path: "docs/web.md"), encoding: .utf8)
        let block = page.components(separatedBy: "```").first { $0.contains(word) }
        return try #require(block, "docs/web.md has no example with \(word)")
    }

    @Test func nginxHandsThePagesOn() async throws {
        try await WebProcess.run(isBehindProxy: true) { daemon, web in
            let location = try example(with: "proxy_pass").replacing("127.0.0.1:8480", with: "127.0.0.1:\(web.port)")
            let folder = daemon.folder + "/nginx"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
                "\($0)_temp_path \(folder)/\($0);"
            }
            let text = """
                daemon off; master_process off; pid \(folder)/pid; error_log \(folder)/errors;
                events {}
                http {
                    access_log off;
                    \(temporary.joined(separator: "\n"))
                    server {
                        listen 127.0.0.1:\(web.publicPort);
                        \(location)
                    }
                }
                """
            try text.write(toFile: folder + "/nginx.conf", atomically: true, encoding: .utf8)
            let proxy = try Child(
                ProxyTests.tools + "/nginx", ["-c", folder + "/nginx.conf", "-e", folder + "/errors"],
                output: folder + "/output")
            try await visit(daemon, web, proxy, "nginx", output: folder + "/output")
        }
    }

    @Test func caddyHandsThePagesOn() async throws {
        try await WebProcess.run(isBehindProxy: true) { daemon, web in
            let folder = daemon.folder
            // Certificates of its own are not what is tried out here.
            let site = try example(with: "reverse_proxy").replacing("127.0.0.1:8480", with: "127.0.0.1:\(web.port)")
                .replacing("example.org {", with: "http://localhost:\(web.publicPort) {")
            try ("{\nadmin off\nauto_https off\n}\n" + site).write(
                toFile: folder + "/Caddyfile", atomically: true, encoding: .utf8)
            let proxy = try Child(
                ProxyTests.tools + "/caddy", ["run", "--config", folder + "/Caddyfile", "--adapter", "caddyfile"],
                environment: ["HOME": folder, "XDG_DATA_HOME": folder, "XDG_CONFIG_HOME": folder],
                output: folder + "/output")
            try await visit(daemon, web, proxy, "caddy", output: folder + "/output")
        }
    }

    /// A short visit through a proxy: in, a change, out by one click.
    private func visit(
        _ daemon: Daemon, _ web: WebProcess, _ proxy: Child, _ name: String, output: String
    ) async throws {
        defer { proxy.signal(SIGKILL) }
        #expect(try await daemon.put("/v1/recipients/ann", ["time_zone": "Europe/Paris"]).status == 200)
        let link = try await web.link("ann")
        try await eventually("\(name) serves: \((try? String(contentsOfFile: output, encoding: .utf8)) ?? "")") {
            let connection = try Child(
                "curl", ["--silent", "--output", "/dev/null", web.url + "/healthz"], output: "/dev/null")
            return try await connection.waitForEnd() == .code(0)
        }
        let entered = try await web.call(link)
        #expect(entered.status == 303 && entered.headers["location"] == "/preferences/", "\(entered)")
        let page = try await web.call("/", cookie: entered.cookie)
        #expect(page.status == 200 && page.headers["content-security-policy"] != nil, "\(page)")
        let paused = try await web.call(
            "/pause", form: "what=forever&form=\(page.form)", cookie: entered.cookie,
            headers: ["Origin: http://localhost:\(web.publicPort)"])
        #expect(paused.status == 303, "\(paused)")
        let out = try await web.link("ann", ["--scope", "unsubscribe", "--topic", "news"])
        #expect(try await web.call(out, form: "List-Unsubscribe=One-Click").status == 200)
        #expect(try await daemon.get("/v1/recipients/ann/preferences")["paused_until"] == "further_notice")
    }
}
