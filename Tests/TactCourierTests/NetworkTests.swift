import Testing

@testable import TactCourier

/// Where messages may go.
@Suite struct NetworkTests {
    @Test(arguments: [
        "0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.255", "169.254.169.254", "172.16.0.1",
        "172.31.255.255", "192.0.0.8", "192.168.1.1", "198.18.0.1", "203.0.113.9", "224.0.0.1", "255.255.255.255",
        "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::8.8.8.8", "64:ff9b::a00:1", "100::1", "fe80::1",
        "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "2001::1", "2001:db8::1", "2002:7f00:1::1", "3fff::1",
    ])
    func isNotPublic(_ text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(!address.isPublic)
    }

    @Test(arguments: [
        "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.1", "100.63.255.255", "100.128.0.1", "172.15.255.255",
        "172.32.0.1", "192.167.255.255", "223.255.255.255", "2606:4700:4700::1111", "2a00:1450:4001::1",
    ])
    func isPublic(_ text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.isPublic)
    }

    @Test(arguments: [
        "", "1.2.3", "0x7f.1", "2130706433", "01.2.3.4.5", "fe80::1%lo", "[::1]", "localhost", "1.2.3.4 ",
    ])
    func isNoAddress(_ text: String) { #expect(IPAddress(text) == nil) }

    @Test func addressesAreWrittenAsUsual() throws {
        for text in ["192.0.2.1", "2001:db8::1", "::1"] { #expect(IPAddress(text)?.description == text) }
    }

    @Test func networksContainWhatBeginsLikeThem() throws {
        let network = try #require(Network("10.1.2.0/23"))
        #expect(network.contains(try #require(IPAddress("10.1.2.0"))))
        #expect(network.contains(try #require(IPAddress("10.1.3.255"))))
        #expect(!network.contains(try #require(IPAddress("10.1.4.0"))))
        #expect(!network.contains(try #require(IPAddress("::ffff:10.1.2.1"))))
        let all = try #require(Network("::/0"))
        #expect(all.contains(try #require(IPAddress("2001:db8::1"))))
        #expect(Network("192.0.2.7")?.description == "192.0.2.7/32")
    }

    @Test(arguments: [
        "10.1.2.3/23", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8/8", "fd00::/129", "/8", "x/8",
    ])
    func isNoNetwork(_ text: String) { #expect(Network(text) == nil) }

    @Test(arguments: [
        ("https://hooks.example.org/tact", "hooks.example.org", 443),
        ("http://127.0.0.1:8080/x?y=1", "127.0.0.1", 8080),
        ("https://[2001:db8::1]:8443/", "2001:db8::1", 8443), ("HTTPS://Example.ORG", "Example.ORG", 443),
    ])
    func urlsName(_ text: String, _ host: String, _ port: Int) throws {
        let origin = try WebhookURL(text).origin
        #expect(origin.host == host)
        #expect(origin.port == port)
    }

    @Test(arguments: [
        "", "hooks.example.org", "ftp://example.org/", "http+unix://%2Frun%2Fx/", "unix:/run/x", "https://",
        "https:///x", "https://user@example.org/", "https://user:word@example.org/", "https://ex ample.org/",
        "https://example.org/\nx", "https://exämple.org/", "https://[fe80::1%25lo]/", "https://example.org:0/",
        "https://example.org:99999/", "file:///etc/passwd",
    ])
    func isNoURLToPostTo(_ text: String) { #expect(throws: WebhookURL.Unusable.self) { try WebhookURL(text) } }
}
