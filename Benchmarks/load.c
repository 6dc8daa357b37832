/*
 * Load generator for an HTTP/1.1 server on a Unix socket.
 *
 *   load -s SOCKET [-c CONNECTIONS] [-n REQUESTS] [-p DEPTH] [-m METHOD] [-u TARGET]
 *        [-t TYPE] [-b BODYFILE] [-k COUNT] [-e STATUS]
 *
 * The body is a template: every %d in it is replaced by the request's number (from 0; with -k,
 * it begins anew after COUNT), and every %x by another number for each, in no order, as names are
 * that people have. Each connection keeps DEPTH requests under way. Every status must be STATUS (default 201). Prints
 * requests a second and percentiles of the latency, measured from the write of a request to the
 * arrival of the end of its answer.
 *
 *   cc -O2 -o load load.c
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define MAX_DEPTH 1024
#define IN_SIZE (256 * 1024)

struct connection {
    int fd;
    char *out;
    size_t out_length, out_sent, out_capacity;
    char in[IN_SIZE];
    size_t in_length;
    size_t skip;                     /* bytes of the current body still to come */
    unsigned long started[MAX_DEPTH]; /* when each request under way was written: a ring */
    unsigned head, tail;
    int writes_wanted;
};

static const char *socket_path, *method = "POST", *target = "/v1/messages", *type = "application/json";
static char *template = "{\"recipient\":\"r%d\"}";
static long total = 100000, cycle, sent, answered;
static int connections = 16, depth = 1, expected = 201;
static unsigned *latencies; /* microseconds */

static void fail(const char *what) {
    fprintf(stderr, "load: %s: %s\n", what, errno ? strerror(errno) : "unexpected");
    exit(1);
}

static unsigned long now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000UL + t.tv_nsec;
}

static char *read_file(const char *path) {
    FILE *file = strcmp(path, "-") ? fopen(path, "r") : stdin;
    if (!file) fail(path);
    size_t length = 0, capacity = 4096;
    char *text = malloc(capacity);
    size_t got;
    while ((got = fread(text + length, 1, capacity - length - 1, file)) > 0) {
        length += got;
        if (length + 1 >= capacity) text = realloc(text, capacity *= 2);
    }
    text[length] = 0;
    return text;
}

/* Appends one request, with every %d and %x of the body replaced. */
static void add_request(struct connection *c, long number) {
    static char body[1 << 20];
    size_t length = 0;
    for (const char *p = template; *p && length < sizeof body - 32;) {
        if (p[0] == '%' && p[1] == 'd') {
            length += sprintf(body + length, "%ld", number);
            p += 2;
        } else if (p[0] == '%' && p[1] == 'x') {
            length += sprintf(body + length, "%08x", (unsigned)number * 2654435761u);
            p += 2;
        } else {
            body[length++] = *p++;
        }
    }
    size_t needed = c->out_length + length + 1024;
    if (needed > c->out_capacity) c->out = realloc(c->out, c->out_capacity = needed * 2);
    if (strcmp(method, "GET") == 0) {
        c->out_length += sprintf(c->out + c->out_length, "GET %s HTTP/1.1\r\nHost: tact\r\n\r\n", target);
    } else {
        c->out_length += sprintf(
            c->out + c->out_length,
            "%s %s HTTP/1.1\r\nHost: tact\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n", method, target, type,
            length);
        memcpy(c->out + c->out_length, body, length);
        c->out_length += length;
    }
    c->started[c->tail++ % MAX_DEPTH] = now_ns();
}

static void want_writes(int epoll, struct connection *c, int wanted) {
    if (c->writes_wanted == wanted) return;
    c->writes_wanted = wanted;
    struct epoll_event event = {.events = EPOLLIN | (wanted ? EPOLLOUT : 0), .data.ptr = c};
    if (epoll_ctl(epoll, EPOLL_CTL_MOD, c->fd, &event)) fail("epoll_ctl");
}

static void fill_and_write(int epoll, struct connection *c) {
    if (c->out_sent == c->out_length) c->out_sent = c->out_length = 0;
    while (c->tail - c->head < (unsigned)depth && sent < total) add_request(c, cycle ? sent % cycle : sent), sent++;
    while (c->out_sent < c->out_length) {
        ssize_t written = send(c->fd, c->out + c->out_sent, c->out_length - c->out_sent, MSG_NOSIGNAL);
        if (written < 0) {
            if (errno != EAGAIN) fail("send");
            break;
        }
        c->out_sent += written;
    }
    want_writes(epoll, c, c->out_sent < c->out_length);
}

/* Takes one answer's head; answers whether there was one. */
static int take_head(struct connection *c, size_t *position) {
    char *start = c->in + *position;
    char *end = memmem(start, c->in_length - *position, "\r\n\r\n", 4);
    if (!end) return 0;
    *end = 0;
    int status = atoi(start + 9);
    if (status != expected) {
        errno = 0;
        fprintf(stderr, "load: status %d instead of %d\n%.*s\n", status, expected,
                (int)(c->in_length - *position), start);
        exit(1);
    }
    char *length = strcasestr(start, "\r\ncontent-length:");
    if (!length) {
        errno = 0;
        fail("an answer without Content-Length");
    }
    c->skip = strtoul(length + 17, NULL, 10) + 1; /* one more marks the body as begun */
    *position = end + 4 - c->in;
    return 1;
}

static void take_answers(struct connection *c) {
    ssize_t got = recv(c->fd, c->in + c->in_length, IN_SIZE - c->in_length, 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) fail("recv");
    c->in_length += got;
    size_t position = 0;
    while (c->skip || take_head(c, &position)) {
        size_t body = c->skip - 1, here = c->in_length - position;
        if (here < body) {
            c->skip -= here;
            position = c->in_length;
            break;
        }
        position += body;
        c->skip = 0;
        latencies[answered++] = (now_ns() - c->started[c->head++ % MAX_DEPTH]) / 1000;
    }
    memmove(c->in, c->in + position, c->in_length - position);
    c->in_length -= position;
}

static int by_size(const void *a, const void *b) {
    unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;
    return (x > y) - (x < y);
}

static int connect_to(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) fail("path too long");
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address)) fail(path);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

int main(int argc, char **argv) {
    for (int option; (option = getopt(argc, argv, "s:c:n:p:m:u:t:b:k:e:")) != -1;) {
        switch (option) {
        case 's': socket_path = optarg; break;
        case 'c': connections = atoi(optarg); break;
        case 'n': total = atol(optarg); break;
        case 'p': depth = atoi(optarg); break;
        case 'm': method = optarg; break;
        case 'u': target = optarg; break;
        case 't': type = optarg; break;
        case 'b': template = read_file(optarg); break;
        case 'k': cycle = atol(optarg); break;
        case 'e': expected = atoi(optarg); break;
        default: return 64;
        }
    }
    if (!socket_path || connections < 1 || depth < 1 || depth > MAX_DEPTH || total < 1) {
        fprintf(stderr, "usage: load -s SOCKET [-c CONNECTIONS] [-n REQUESTS] [-p DEPTH (1 to %d)] [-m METHOD]\n"
                        "            [-u TARGET] [-t TYPE] [-b BODYFILE] [-k COUNT] [-e STATUS]\n", MAX_DEPTH);
        return 64;
    }
    latencies = calloc(total, sizeof *latencies);
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    struct connection *all = calloc(connections, sizeof *all);
    for (int i = 0; i < connections; i++) {
        all[i].fd = connect_to(socket_path);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &all[i]};
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, all[i].fd, &event)) fail("epoll_ctl");
    }
    unsigned long start = now_ns();
    for (int i = 0; i < connections; i++) fill_and_write(epoll, &all[i]);
    while (answered < total) {
        struct epoll_event events[256];
        int ready = epoll_wait(epoll, events, 256, 30000);
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) fail("no answer for 30 seconds");
        for (int i = 0; i < ready; i++) {
            struct connection *c = events[i].data.ptr;
            if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) take_answers(c);
            fill_and_write(epoll, c);
        }
    }
    double seconds = (now_ns() - start) / 1e9;
    qsort(latencies, total, sizeof *latencies, by_size);
    printf("%ld requests, %d connections, depth %d: %.0f/s, p50 %u us, p90 %u us, p99 %u us, p99.9 %u us, max %u us\n",
           total, connections, depth, total / seconds, latencies[total / 2], latencies[total * 9 / 10],
           latencies[total * 99 / 100], latencies[total * 999 / 1000], latencies[total - 1]);
    return 0;
}
