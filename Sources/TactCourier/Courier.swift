import AsyncHTTPClient
import Crypto
import Logging
import NIOCore
import NIOSSL
import Subprocess
import SystemPackage
import TactAPI
import TactCore
import TactService
import TactSettings

/// The worker that ships with Tact.
package final class Courier: Sendable {}
