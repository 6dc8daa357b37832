import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization
import TactAPI
import TactCore
import TactService

/// Delivers by HTTP POST, signed as Standard Webhooks 1.0 say (https://www.standardwebhooks.com).
final class WebhookTransport: Transport {
    private let target: WebhookSettings.Target
    private let secrets: [WebhookSecret]
    private let timeout: TactCore.Duration
    /// How many deliveries one receiver among many may have under way.
    private let share: Int
    private let endpoints: Endpoints
    private let shares = Mutex<[WebhookURL.Origin: Share]>([:])

    struct Unusable: Error, CustomStringConvertible {
        let description: String
    }

    /// - Parameter credentials: the folder of the service's credentials; nil: it has none.
    init(
        _ settings: WebhookSettings, timeout: TactCore.Duration, concurrency: Int, credentials: String?
    ) throws(Unusable) {
        target = settings.target
        self.timeout = timeout
        share = max(1, concurrency / 4)
        do {
            secrets = try settings.secrets.map { try WebhookSecret(named: $0, credentials: credentials) }
            let trust = try settings.trust.map { try NIOSSLCertificate.fromPEMFile($0) } ?? []
            endpoints = Endpoints(
                allowed: settings.allowed, trust: trust, connections: concurrency, timeout: timeout)
        } catch let error as WebhookSecret.Unusable {
            throw Unusable(description: error.description)
        } catch {
            throw Unusable(description: "the certificates in \(settings.trust ?? "") cannot be read; expected PEM")
        }
    }

    func close() async { endpoints.close() }

    /// Where a message goes, or why it cannot.
    private func url(for parcel: Parcel) -> Result<WebhookURL, Slip> {
        switch target {
        case .fixed(let url): return .success(url)
        case .address:
            guard let address = parcel.address else {
                return .failure(Slip(verdict: .failed("the recipient has no address for this channel")))
            }
            do throws(WebhookURL.Unusable) {
                return .success(try WebhookURL(address))
            } catch {
                return .failure(
                    Slip(verdict: .failed("the recipient's address cannot be used: \(error.reason)")))
            }
        }
    }

    private struct Slip: Error {
        var verdict: Verdict
    }

    /// Of many receivers each takes no more than its share, and its outages are its own.
    func turnAway(_ parcel: Parcel) -> Verdict? {
        guard target == .address, case .success(let url) = url(for: parcel) else { return nil }
        let now = SteadyClock.now
        let wait = shares.withLock { shares in
            if shares.count > WebhookTransport.mostShares { shares = shares.filter { !$0.value.isFree } }
            return shares[url.origin, default: Share()].begin(now: now, limit: share)
        }
        return wait.map { .returned("its receiver has too much to do, or does not answer", after: $0) }
    }

    func withdraw(_ parcel: Parcel) {
        guard target == .address, case .success(let url) = url(for: parcel) else { return }
        shares.withLock { $0[url.origin]?.withdraw() }
    }

    func deliver(_ parcel: Parcel) async -> Verdict {
        let url: WebhookURL
        switch self.url(for: parcel) {
        case .success(let found): url = found
        case .failure(let slip): return slip.verdict
        }
        let begun = SteadyClock.now
        var verdict = await post(parcel, to: url)
        guard target == .address else { return verdict }
        let now = SteadyClock.now
        shares.withLock { shares in
            shares[url.origin]?.end(now: now, begun: begun, isOutage: verdict.isOutage, wish: verdict.retryAfter)
            if shares[url.origin]?.isIdle(now: now) == true { shares[url.origin] = nil }
        }
        verdict.isOutage = false
        return verdict
    }

    /// Beyond so many receivers, what was learnt of those with nothing under way is forgotten.
    private static let mostShares = 10_000

    private func post(_ parcel: Parcel, to url: WebhookURL) async -> Verdict {
        let deadline = NIODeadline.now() + .milliseconds(timeout.milliseconds)
        let endpoint: Endpoint
        switch await endpoints.endpoint(for: url.origin, within: timeout) {
        case .success(let found): endpoint = found
        case .failure(let refusal): return verdict(refusal)
        case nil:
            return Task.isCancelled
                ? .returned("the courier was told to stop before it was tried")
                : .retry("the name server did not answer within \(timeout.text)", isOutage: true)
        }
        let body = WebhookBody(parcel: parcel, at: WallClock.now).encoded()
        do {
            let answer = try await endpoint.post(
                url, headers: headers(parcel, body), body: body, deadline: deadline)
            return WebhookAnswer(status: answer.status, retryAfter: answer.headers.first(name: "retry-after"))
                .verdict(now: WallClock.now)
        } catch {
            let trouble = ConnectionTrouble(error, timeout: timeout)
            if !trouble.wasReached { endpoints.failed(endpoint, of: url.origin) }
            return .retry(trouble.description, isOutage: !Task.isCancelled)
        }
    }

    private func headers(_ parcel: Parcel, _ body: [UInt8]) -> HTTPHeaders {
        let timestamp = WallClock.now.seconds
        let signatures = secrets.map { $0.signature(id: parcel.id, timestamp: timestamp, body: body) }
        return [
            "content-type": "application/json", "user-agent": "tact-courier/\(Tact.version)",
            "webhook-id": parcel.id, "webhook-timestamp": String(timestamp),
            "webhook-signature": signatures.joined(separator: " "),
        ]
    }

    /// The admin's own slip can be mended, and the messages with it; a recipient's cannot.
    private func verdict(_ refusal: Endpoints.Refusal) -> Verdict {
        let detail: String
        switch refusal {
        case .unknownHost: return .retry("the receiver's host name is not known", isOutage: true)
        case .tooManyNames:
            return .returned("the name server has too many questions to answer", after: .seconds(30))
        case .forbidden(let address):
            switch target {
            case .fixed:
                detail =
                    "the receiver's address \(address) is not public; if that is meant, add its network to "
                    + "allow_networks"
            case .address: detail = "the receiver's address is not public"
            }
        case .notSecure: detail = "the receiver's URL is not https, and its network not in allow_networks"
        }
        switch target {
        case .fixed: return .retry(detail, isOutage: true)
        case .address: return .failed(detail)
        }
    }
}

/// What is posted, in the form that Standard Webhooks recommend.
private struct WebhookBody: Answer {
    let parcel: Parcel
    let at: Timestamp

    func write(to out: inout JSONWriter) {
        out.object {
            $0.member("type", "tact.message")
            $0.member("timestamp", at)
            $0.member("data", parcel)
        }
    }
}
