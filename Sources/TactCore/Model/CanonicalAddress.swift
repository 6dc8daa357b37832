extension String {
    /// An address as it is compared: spelt otherwise, it is the same one. Spaces at the ends and the difference between
    /// capitals and small letters go; of what can only be a telephone number (`+44 (0)20-7946 0000`), everything but its
    /// sign and its figures.
    package var canonicalAddress: String {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        let isNumber =
            text.contains { $0.isASCII && $0.isNumber } && text.utf8.allSatisfy { String.ofNumbers.contains($0) }
        return isNumber ? text.filter { $0 == "+" || $0.isNumber } : text.lowercased()
    }

    /// The bytes that telephone numbers are written with.
    private static let ofNumbers = Set("+0123456789 ()-./".utf8)
}
