/* What libical makes of recurrence rules.
 *
 * Reads lines of start (20260101T090000), rule, greatest number of starts, last year, with tabs between; writes a line
 * for each: the starts in seconds since 1970 with commas between, or `!` where libical refuses the rule, or `?` where
 * it searches for too long (it has no end for some rules without occurrences). */

#include <libical/ical.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_MICROSECONDS 30000
#define ANSWER_SIZE 65536

/* Shared with the child that fills it. */
static char *answer;

static void expand(const char *start_text, const char *rule_text, int limit, int last_year)
{
    char *end = answer;
    struct icaltimetype start = icaltime_from_string(start_text);
    struct icalrecurrencetype rule = icalrecurrencetype_from_string(rule_text);
    icalrecur_iterator *iterator = rule.freq == ICAL_NO_RECURRENCE ? NULL : icalrecur_iterator_new(rule, start);
    if (!iterator) {
        strcpy(answer, "!");
        return;
    }
    struct icaltimetype next = icalrecur_iterator_next(iterator);
    for (int n = 0; n < limit && !icaltime_is_null_time(next) && next.year < last_year; n++) {
        end += sprintf(end, "%s%lld", n ? "," : "", (long long)icaltime_as_timet(next));
        next = icalrecur_iterator_next(iterator);
    }
    icalrecur_iterator_free(iterator);
}

/* In a process of its own, which the timer kills: libical cannot be interrupted. */
static void expand_in_child(const char *start_text, const char *rule_text, int limit, int last_year)
{
    int status = 0;
    answer[0] = 0;
    pid_t child = fork();
    if (child == 0) {
        struct itimerval timer = {{0, 0}, {0, PATIENCE_MICROSECONDS}};
        setitimer(ITIMER_PROF, &timer, NULL);
        expand(start_text, rule_text, limit, last_year);
        _exit(0);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
        strcpy(answer, "?");
}

int main(void)
{
    static char line[4096], start_text[64], rule_text[4000];
    int limit, last_year;
    answer = mmap(NULL, ANSWER_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (answer == MAP_FAILED)
        return 1;
    icalerror_set_errors_are_fatal(0);
    while (fgets(line, sizeof line, stdin)) {
        if (sscanf(line, "%63[^\t]\t%3999[^\t]\t%d\t%d", start_text, rule_text, &limit, &last_year) != 4)
            return 1;
        expand_in_child(start_text, rule_text, limit, last_year);
        puts(answer);
    }
    return 0;
}
