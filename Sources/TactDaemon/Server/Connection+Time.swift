import NIOCore

/// The time limits. No request has a timer of its own: each loop looks over its connections now and then.
extension Connection {
    /// Ends what has taken too long.
    func enforceTimeLimits(at now: NIODeadline) {
        noteWriteProgress(at: now)
        let rest = now - lastProgress
        if let closingUntil {
            if now >= closingUntil { close() }
        } else if lastBuffered > 0, rest >= shared.limits.stall {
            close()
        } else if let exchange {
            enforceBodyLimits(of: exchange, rest: rest, at: now)
        } else if let headSince {
            if now - headSince >= shared.limits.head { refuseSlowHead() }
        } else if rest >= (exchangeNumber == 0 ? shared.limits.silence : shared.limits.idle) {
            stopIfIdle()
        }
    }

    private func enforceBodyLimits(of exchange: Exchange, rest: TimeAmount, at now: NIODeadline) {
        switch exchange.incoming {
        case .collecting:
            guard rest >= shared.limits.bodyPause || now - exchange.startedAt >= shared.limits.collectedBody else {
                return
            }
            self.exchange?.keepAlive = false
            answerFault(.tooSlow, to: exchange.number)
        case .streaming:
            guard !exchange.isBodyPaused, !isBudgetExhausted, rest >= shared.limits.idle else { return }
            abandonBody(.tooSlow, .tooSlow)
        case .discarding:
            guard rest >= shared.limits.bodyPause else { return }
            closeWhenFlushed(lingering: false)
        case .opening, .complete:
            break
        }
    }

    /// The channel does not tell when part of a large write is done, so we look whether what it holds has changed.
    private func noteWriteProgress(at now: NIODeadline) {
        let buffered = (try? context?.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        if buffered != lastBuffered {
            lastBuffered = buffered
            lastProgress = now
        }
    }
}
