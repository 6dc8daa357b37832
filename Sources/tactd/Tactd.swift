@main
struct Tactd {
    static func main() {}
}
