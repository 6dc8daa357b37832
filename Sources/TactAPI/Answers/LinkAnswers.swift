import TactCore

/// `POST /v1/recipients/{id}/links`: a link that was made. It is shown once; nobody can look it up.
package struct LinkAnswer: Answer {
    package var token: String
    /// nil: `[preferences] url` is not configured.
    package var url: String?
    /// nil: it does not end.
    package var expiresAt: Timestamp?

    package init(token: String, url: String?, expiresAt: Timestamp?) {
        self.token = token
        self.url = url
        self.expiresAt = expiresAt
    }

    package func write(to out: inout JSONWriter) {
        out.object {
            $0.member("token", token)
            $0.member(ifAny: "url", url)
            $0.member(orNull: "expires_at", expiresAt)
        }
    }
}

/// `GET /v1/link`: what the link that was shown is good for.
package struct LinkFacts: Answer {
    package var scope: String
    /// What may be withdrawn with it.
    package var topic: Topic?
    package var isOnce: Bool
    /// nil: it does not end.
    package var expiresAt: Timestamp?
    /// The recipient's language, if it is known.
    package var locale: String?

    package init(scope: String, topic: Topic?, isOnce: Bool, expiresAt: Timestamp?, locale: String?) {
        self.scope = scope
        self.topic = topic
        self.isOnce = isOnce
        self.expiresAt = expiresAt
        self.locale = locale
    }

    package func write(to out: inout JSONWriter) {
        out.object {
            $0.member("scope", scope)
            if let topic {
                $0.name("topic")
                $0.object {
                    $0.member("name", topic.name)
                    $0.member("title", topic.title)
                }
            }
            $0.member("once", isOnce)
            $0.member(orNull: "expires_at", expiresAt)
            $0.member(ifAny: "locale", locale)
        }
    }
}
