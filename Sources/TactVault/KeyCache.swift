import Crypto

/// Unwrapped keys in memory. Two generations: what was not used while the younger filled up is let go.
struct KeyCache {
    /// How many keys one generation holds; a key takes some hundred bytes.
    private static let capacity = 16_384

    private var young: [Int64: SymmetricKey] = [:]
    private var old: [Int64: SymmetricKey] = [:]

    mutating func find(_ number: Int64) -> SymmetricKey? {
        if let key = young[number] { return key }
        guard let key = old.removeValue(forKey: number) else { return nil }
        insert(key, number)
        return key
    }

    mutating func insert(_ key: SymmetricKey, _ number: Int64) {
        if young.count >= KeyCache.capacity {
            old = young
            young = [:]
        }
        young[number] = key
    }

    mutating func remove(_ number: Int64) {
        young[number] = nil
        old[number] = nil
    }
}
