import NIOHTTP1

/// What the server itself needs to know of a request's head, found in one pass over its fields.
struct HeadFacts {
    let isHead: Bool
    let isHTTP10: Bool
    /// The length of the body in bytes, 0 without one, `nil` if it comes in chunks.
    var contentLength: Int? = 0
    var expectsContinue = false
    var asksForUpgrade = false

    init(_ head: HTTPRequestHead) throws(ServerFault) {
        isHead = head.method == .HEAD
        isHTTP10 = head.version == .http1_0
        var hosts = 0
        var isChunked = false
        for (name, value) in head.headers {
            switch name.utf8.count {  // Most fields are told apart by their length alone.
            case 4 where name.isField("host"): hosts += 1
            case 6 where name.isField("expect"):
                guard value.isField("100-continue") else { throw .unknownExpectation }
                expectsContinue = !isHTTP10
            case 7 where name.isField("upgrade"): asksForUpgrade = true
            case 14 where name.isField("content-length"):
                guard let length = Int(value), length >= 0 else {
                    throw .malformed("Content-Length must be a decimal number of bytes.")
                }
                contentLength = length
            case 17 where name.isField("transfer-encoding"):
                guard !isChunked, value.isField("chunked") else { throw .unknownTransferCoding }
                isChunked = true
            default: break
            }
        }
        if isChunked {
            contentLength = nil
        }
        // RFC 9112, section 3.2: 400 for an HTTP/1.1 request without Host, or with more than one.
        guard hosts == 1 || (hosts == 0 && isHTTP10) else {
            throw .malformed("An HTTP/1.1 request must have exactly one Host field; any name will do.")
        }
    }
}

extension String {
    /// Whether this is the given lower-case ASCII word in any case.
    fileprivate func isField(_ word: StaticString) -> Bool {
        guard utf8.count == word.utf8CodeUnitCount else { return false }
        let expected = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        return utf8.elementsEqual(expected) { byte, wanted in
            (UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte) == wanted
        }
    }
}
