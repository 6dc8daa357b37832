import ArgumentParser
import TactCore
import TactCourier

@main
struct TactCourierCommand: AsyncParsableCommand {
    func run() async throws {}
}
