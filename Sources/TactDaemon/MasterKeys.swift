import Glibc
import TactEngine
import TactSettings
import TactVault

/// Where the master key comes from.
enum MasterKeys {
    static let credential = "tact-master-key"

    /// The keys of the file that the configuration names, else of the credential that systemd hands over. Empty: there is
    /// neither, and the keys that matter lie unwrapped beside the database.
    static func read(_ privacy: Configuration.Privacy) throws -> [MasterKey] {
        guard let path = privacy.masterKey ?? credentialPath() else { return [] }
        do {
            let text = String(decoding: try SmallFile.read(path, limit: 65_536), as: UTF8.self)
            return try MasterKey.read(text, from: path)
        } catch let error as SmallFile.Unreadable {
            throw StartError(description: "the master key: \(error)")
        }
    }

    private static func credentialPath() -> String? {
        guard let folder = getenv("CREDENTIALS_DIRECTORY").map({ String(cString: $0) }) else { return nil }
        let path = folder + "/" + credential
        return access(path, F_OK) == 0 ? path : nil
    }
}
