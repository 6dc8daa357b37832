/* What libical makes of recurrence rules.
 *
 * Reads lines of start (20260101T090000), rule, greatest number of starts, last year, with tabs between; writes a line
 * for each: the starts in seconds since 1970 with commas between, or `!` where libical refuses the rule. */

#include <libical/ical.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
    char line[4096];
    icalerror_set_errors_are_fatal(0);
    while (fgets(line, sizeof line, stdin)) {
        char start_text[64], rule_text[4000];
        int limit, last_year;
        if (sscanf(line, "%63[^\t]\t%3999[^\t]\t%d\t%d", start_text, rule_text, &limit, &last_year) != 4)
            return 1;
        struct icaltimetype start = icaltime_from_string(start_text);
        struct icalrecurrencetype rule = icalrecurrencetype_from_string(rule_text);
        icalrecur_iterator *iterator =
            rule.freq == ICAL_NO_RECURRENCE ? NULL : icalrecur_iterator_new(rule, start);
        if (!iterator) {
            puts("!");
            continue;
        }
        struct icaltimetype next = icalrecur_iterator_next(iterator);
        for (int n = 0; n < limit && !icaltime_is_null_time(next) && next.year < last_year; n++) {
            printf("%s%lld", n ? "," : "", (long long)icaltime_as_timet(next));
            next = icalrecur_iterator_next(iterator);
        }
        puts("");
        icalrecur_iterator_free(iterator);
    }
    return 0;
}
