/*
 * The least that a webhook receiver can be: answers every request on 127.0.0.1 with 200 and no body, and keeps the
 * connection. For measuring what sends to it.
 *
 *   receiver PORT
 *
 *   cc -O2 -o receiver receiver.c
 */
#define _GNU_SOURCE
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define IN_SIZE (64 * 1024)
#define MAX_CONNECTIONS 1024

static char *in[MAX_CONNECTIONS];
static size_t length[MAX_CONNECTIONS];

/* Answers all requests that are complete. */
static void answer(int fd) {
    static const char reply[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    for (;;) {
        in[fd][length[fd]] = 0;
        char *end = strstr(in[fd], "\r\n\r\n");
        if (!end) return;
        char *field = strcasestr(in[fd], "content-length:");
        size_t body = field && field < end ? strtoul(field + 15, NULL, 10) : 0;
        size_t whole = end + 4 - in[fd] + body;
        if (whole > length[fd]) return;
        if (write(fd, reply, sizeof reply - 1) < 0) return;
        memmove(in[fd], in[fd] + whole, length[fd] - whole);
        length[fd] -= whole;
    }
}

int main(int count, char **words) {
    if (count != 2) return 64;
    int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1, poll = epoll_create1(0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(atoi(words[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(listener, (void *)&address, sizeof address) || listen(listener, 512)) {
        perror("receiver");
        return 1;
    }
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[64];
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int ready = epoll_wait(poll, events, 64, -1);
        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd;
            if (fd == listener) {
                fd = accept(listener, NULL, NULL);
                if (fd < 0) continue;
                if (fd >= MAX_CONNECTIONS) {
                    close(fd);
                    continue;
                }
                setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                if (!in[fd]) in[fd] = malloc(IN_SIZE + 1);
                length[fd] = 0;
                event.data.fd = fd;
                epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event);
                continue;
            }
            ssize_t got = read(fd, in[fd] + length[fd], IN_SIZE - length[fd]);
            if (got <= 0) {
                close(fd);
                continue;
            }
            length[fd] += got;
            answer(fd);
        }
    }
}
