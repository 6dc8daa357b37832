/// How a message ended, in one plain sentence that its recipient may read. `code` says why, or is the state itself;
/// a code that has no words of its own is named as it is.
package func sentence(forEnd code: String) -> String {
    switch code {
    case "delivered": "It was delivered."
    case "digested": "It became part of another message."
    case "cancelled": "It was cancelled."
    case "cancelled_by_sender": "Its sender cancelled it."
    case "cancelled_by_operator": "An operator cancelled it."
    case "collapsed": "A newer message took its place."
    case "subject_completed": "It was cancelled, because what it was about is done."
    case "erased": "It was erased at the recipient's wish."
    case "expired": "Its time was used up before it could be sent."
    case "suppressed": "It was not sent."
    case "failed": "It could not be delivered."
    case "attempts_used_up": "It could not be delivered: every attempt failed."
    case "failed_by_worker": "It could not be delivered, and another attempt would not help."
    case "unreadable": "It could not be sent: what was kept of it could not be read."
    default: "It ended: \(code)."
    }
}
