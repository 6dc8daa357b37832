import Testing
@testable import TactCourier
