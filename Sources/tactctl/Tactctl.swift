@main
struct Tactctl {
    static func main() {}
}
