/* What libical makes of recurrence rules.
 *
 * Reads lines of start (20260101T090000), rule, greatest number of starts, last instant, with tabs between; writes a line
 * for each: the starts in seconds since 1970 with commas between, or `!` where libical refuses the rule, or `?` where
 * it searches for too long (for some rules without occurrences its search has no end). */

#include <libical/ical.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_MICROSECONDS 10000
#define ANSWER_SIZE 1024
#define GREATEST_LIMIT 64

struct question {
    char start[32];
    char rule[480];
    int limit;
    long long last;
};

/* Shared with the child. */
struct state {
    size_t next;
    char answers[][ANSWER_SIZE];
};

static void expand(const struct question *question, char *answer)
{
    struct icaltimetype start = icaltime_from_string(question->start);
    struct icalrecurrencetype rule = icalrecurrencetype_from_string(question->rule);
    icalrecur_iterator *iterator = rule.freq == ICAL_NO_RECURRENCE ? NULL : icalrecur_iterator_new(rule, start);
    if (!iterator) {
        strcpy(answer, "!");
        return;
    }
    answer[0] = 0;
    struct icaltimetype next = icalrecur_iterator_next(iterator);
    for (int n = 0; n < question->limit && !icaltime_is_null_time(next); n++) {
        if ((long long)icaltime_as_timet(next) > question->last)
            break;
        answer += sprintf(answer, "%s%lld", n ? "," : "", (long long)icaltime_as_timet(next));
        next = icalrecur_iterator_next(iterator);
    }
    icalrecur_iterator_free(iterator);
}

/* libical cannot be interrupted, so a child answers until a timer kills it; then the next child goes on. */
static void answer_in_children(const struct question *questions, size_t count, struct state *state)
{
    while (state->next < count) {
        pid_t child = fork();
        if (child < 0)
            exit(1);
        if (child == 0) {
            /* Whoever started this program may have blocked the timer's signal. */
            sigset_t all;
            sigemptyset(&all);
            sigprocmask(SIG_SETMASK, &all, NULL);
            signal(SIGPROF, SIG_DFL);
            for (; state->next < count; state->next++) {
                struct itimerval timer = {{0, 0}, {0, PATIENCE_MICROSECONDS}};
                setitimer(ITIMER_PROF, &timer, NULL);
                expand(&questions[state->next], state->answers[state->next]);
            }
            _exit(0);
        }
        int status = 0;
        waitpid(child, &status, 0);
        if (state->next < count)
            strcpy(state->answers[state->next++], "?");
    }
}

int main(void)
{
    static char line[1024];
    struct question *questions = NULL;
    size_t count = 0, room = 0;
    icalerror_set_errors_are_fatal(0);
    while (fgets(line, sizeof line, stdin)) {
        if (count == room && !(questions = realloc(questions, (room = 2 * room + 64) * sizeof *questions)))
            return 1;
        struct question *q = &questions[count++];
        if (sscanf(line, "%31[^\t]\t%479[^\t]\t%d\t%lld", q->start, q->rule, &q->limit, &q->last) != 4
            || q->limit > GREATEST_LIMIT)
            return 1;
    }
    size_t size = sizeof(struct state) + count * ANSWER_SIZE;
    struct state *state = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (state == MAP_FAILED)
        return 1;
    answer_in_children(questions, count, state);
    for (size_t i = 0; i < count; i++)
        puts(state->answers[i]);
    return 0;
}
