import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization
import TactAPI
import TactCore

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

    func deliver(_ parcel: Parcel) async -> Verdict {
        switch target {
        case .fixed(let url): return await post(parcel, to: url)
        case .address:
            guard let address = parcel.address else { return .failed("the recipient has no address for this channel") }
            let url: WebhookURL
            do throws(WebhookURL.Unusable) {
                url = try WebhookURL(address)
            } catch {
                return .failed("the recipient's address cannot be used: \(error.reason)")
            }
            return await deliver(parcel, among: url)
        }
    }

    /// To one receiver among many: it takes no more than its share, and its outages are its own.
    private func deliver(_ parcel: Parcel, among url: WebhookURL) async -> Verdict {
        let begin = SteadyClock.now
        let turnedAway = shares.withLock { $0[url.origin, default: Share()].begin(now: begin, limit: share) }
        if let turnedAway { return .returned("its receiver has too much to do, or does not answer", after: turnedAway) }
        var verdict = await post(parcel, to: url)
        let end = SteadyClock.now
        shares.withLock { shares in
            shares[url.origin]?.end(
                now: end, took: end - begin, isOutage: verdict.isOutage, wish: verdict.retryAfter)
            if shares[url.origin]?.isIdle == true { shares[url.origin] = nil }
        }
        verdict.isOutage = false
        return verdict
    }

    private func post(_ parcel: Parcel, to url: WebhookURL) async -> Verdict {
        let deadline = NIODeadline.now() + .milliseconds(timeout.milliseconds)
        let endpoint: Endpoint
        do {
            endpoint = try await TimeLimit.run(timeout) { [endpoints] in try await endpoints.endpoint(for: url.origin) }
        } catch let refusal as Endpoints.Refusal {
            return verdict(refusal)
        } catch {
            return .retry("the name server did not answer within \(timeout.text)", isOutage: true)
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
            return .retry(trouble.description, isOutage: !(error is CancellationError))
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
