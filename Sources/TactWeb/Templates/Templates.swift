import Mustache

/// The pages' templates, by name. Everything in them is escaped; no template has `{{{`.
enum Templates {
    /// - Throws: what is wrong with one of them; they are part of the program, so a test has seen that nothing is.
    static func library() throws -> MustacheLibrary {
        MustacheContentTypes.register(SafeHTML(), named: SafeHTML.name)
        let parts = all.merging(["zones": LocalTimes.options]) { $1 }
        return MustacheLibrary(templates: try parts.mapValues { try MustacheTemplate(string: pragma + $0) })
    }

    private static let pragma = "{{% CONTENT_TYPE: SAFE}}"

    static let all = [
        "layout": layout, "topics": topics, "times": times, "week": week, "calendar": calendar, "messages": messages,
        "why": why,
        "data": data, "erase": erase, "notice": notice, "unsubscribe": unsubscribe,
    ]

    private static let layout = #"""
        <!doctype html>
        <html lang="{{lang}}">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="robots" content="noindex, nofollow">
        <title>{{#isWrong}}{{t.error}} – {{/isWrong}}{{title}} – {{t.site}}</title>
        <link rel="icon" href="data:,">
        <link rel="stylesheet" href="{{base}}/assets/style.css">
        <script src="{{base}}/assets/script.js" defer></script>
        </head>
        <body>
        <a class="skip" href="#main">{{t.skip}}</a>
        <header>
        <p class="brand">{{t.site}}</p>
        {{#hasNav}}<nav aria-label="{{t.nav}}"><ul>
        {{#nav}}<li><a href="{{href}}"{{#current}} aria-current="page"{{/current}}>{{label}}</a></li>
        {{/nav}}</ul></nav>{{/hasNav}}
        </header>
        <main id="main" tabindex="-1">
        <h1>{{title}}</h1>
        {{#said}}<p class="said" role="status">{{text}}</p>{{/said}}
        {{#wrong}}<div class="wrong" role="alert" tabindex="-1" id="wrong"><p>{{text}}{{#detail}} <span lang="en">{{detail}}</span>{{/detail}}</p>{{#field}}<p><a href="#{{field}}">{{t.go_to_field}}</a></p>{{/field}}</div>{{/wrong}}
        <p id="live" class="said" role="status" hidden data-saved="{{t.saved}}" data-failed="{{t.not_saved}}"></p>
        {{$main}}{{/main}}
        </main>
        <footer>
        <p>{{t.footer}}</p>
        {{#hasNav}}<form method="post" action="{{base}}/leave"><input type="hidden" name="form" value="{{form}}"><button class="plain">{{t.leave}}</button></form>{{/hasNav}}
        </footer>
        </body>
        </html>
        """#

    private static let topics = #"""
        {{<layout}}{{$main}}
        <p>{{t.topics_intro}}</p>
        {{#hasPreferences}}
        <section aria-labelledby="pause-title">
        <h2 id="pause-title">{{t.pause_title}}</h2>
        <p>{{pauseText}}</p>
        <form method="post" action="{{base}}/pause" autocomplete="off">
        <input type="hidden" name="form" value="{{form}}"><input type="hidden" name="was" value="{{wasPaused}}">
        {{#isPaused}}<button name="what" value="resume">{{t.resume}}</button>{{/isPaused}}
        {{^isPaused}}
        <p><label for="until">{{t.pause_until}}</label> <input type="date" id="until" name="until" min="{{today}}"{{#pauseWrong}} aria-invalid="true" aria-describedby="wrong"{{/pauseWrong}}></p>
        <p class="buttons"><button name="what" value="until">{{t.pause}}</button>
        <button name="what" value="forever" class="second">{{t.pause_forever}}</button></p>
        {{/isPaused}}
        </form>
        </section>
        <form method="post" action="{{base}}/topics" data-live="yes" autocomplete="off">
        <input type="hidden" name="form" value="{{form}}"><input type="hidden" name="was" value="{{was}}">
        <h2>{{t.topics_title}}</h2>
        {{#topics}}
        <fieldset class="topic">
        <legend><bdi>{{title}}</bdi></legend>
        {{#description}}<p><bdi>{{description}}</bdi></p>{{/description}}
        <p class="kind">{{kind}}</p>
        <p class="switch"><input type="checkbox" role="switch" id="on.{{name}}" name="on.{{name}}" value="yes"{{#on}} checked{{/on}}> <label for="on.{{name}}">{{t.topic_on}}<span class="hidden"> – <bdi>{{title}}</bdi></span></label></p>
        <details><summary>{{t.topic_how}}<span class="hidden"> – <bdi>{{title}}</bdi></span></summary>
        <p><label for="count.{{name}}">{{t.limit}}</label> <input type="number" min="1" max="1000" inputmode="numeric" id="count.{{name}}" name="count.{{name}}" value="{{count}}"> <label for="per.{{name}}" class="hidden">{{t.limit_per}}</label><select id="per.{{name}}" name="per.{{name}}">{{#pers}}<option value="{{value}}"{{#selected}} selected{{/selected}}>{{label}}</option>{{/pers}}</select></p>
        <p><label for="digest.{{name}}">{{t.digest}}</label> <select id="digest.{{name}}" name="digest.{{name}}" aria-describedby="later.{{name}}">{{#digests}}<option value="{{value}}"{{#selected}} selected{{/selected}}>{{label}}</option>{{/digests}}</select> <span class="source" id="later.{{name}}">{{t.digest_later}}</span></p>
        {{#hasRanks}}<fieldset><legend>{{t.channel_order}}</legend>
        {{#ranks}}<p><label for="{{id}}"><bdi>{{label}}</bdi></label> <select id="{{id}}" name="{{id}}">{{#options}}<option value="{{value}}"{{#selected}} selected{{/selected}}>{{label}}</option>{{/options}}</select></p>
        {{/ranks}}</fieldset>{{/hasRanks}}
        </details>
        </fieldset>
        {{/topics}}
        {{#hasChannels}}<h2>{{t.channels_title}}</h2>
        <p>{{t.channels_intro}}</p>
        {{#channels}}<p class="switch"><input type="checkbox" role="switch" id="channel.{{name}}" name="channel.{{name}}" value="yes"{{#on}} checked{{/on}}> <label for="channel.{{name}}"><bdi>{{label}}</bdi></label></p>
        {{/channels}}{{/hasChannels}}
        <p><button>{{t.save}}</button></p>
        </form>
        {{#hasMarketing}}<section aria-labelledby="marketing-title"><h2 id="marketing-title">{{t.marketing_title}}</h2>
        <p>{{t.marketing_text}}</p>
        <form method="post" action="{{base}}/marketing"><input type="hidden" name="form" value="{{form}}"><button class="second">{{t.marketing_off}}</button></form></section>{{/hasMarketing}}
        {{/hasPreferences}}
        {{^hasPreferences}}<p>{{t.not_here}}</p>
        <ul>{{#topics}}<li><bdi>{{title}}</bdi></li>{{/topics}}</ul>{{/hasPreferences}}
        {{/main}}{{/layout}}
        """#

    private static let times = #"""
        {{<layout}}{{$main}}
        <p>{{t.times_intro}}</p>
        <section aria-labelledby="week-title">
        <h2 id="week-title">{{t.week_title}}</h2>
        <p>{{zoneText}}</p>
        <div class="scroll" id="week" role="region" aria-label="{{t.week_caption}}" tabindex="0">{{>week}}</div>
        </section>
        {{#hasPreferences}}
        <section aria-labelledby="quiet-title">
        <h2 id="quiet-title">{{t.quiet_title}}</h2>
        <p>{{t.quiet_intro}}</p>
        <form method="post" action="{{base}}/quiet" data-preview="{{base}}/preview" autocomplete="off">
        <input type="hidden" name="form" value="{{form}}"><input type="hidden" name="was" value="{{wasQuiet}}">
        <fieldset><legend>{{t.quiet_mode}}</legend>
        {{#modes}}<p class="choice"><input type="radio" id="mode.{{value}}" name="mode" value="{{value}}"{{#selected}} checked{{/selected}}> <label for="mode.{{value}}">{{label}}</label></p>
        {{/modes}}</fieldset>
        {{#windows}}<fieldset class="window"><legend>{{legend}}</legend>
        <div class="days">{{#days}}<span class="choice"><input type="checkbox" id="{{id}}" name="{{field}}" value="{{value}}"{{#selected}} checked{{/selected}}> <label for="{{id}}">{{label}}</label></span>
        {{/days}}</div>
        <p><label for="start.{{number}}">{{t.from}}</label> <input type="time" id="start.{{number}}" name="start.{{number}}" value="{{start}}"{{#isWrong}} aria-invalid="true" aria-describedby="wrong"{{/isWrong}}>
        <label for="end.{{number}}">{{t.to}}</label> <input type="time" id="end.{{number}}" name="end.{{number}}" value="{{end}}"></p></fieldset>
        {{/windows}}
        <p id="tried" class="said" role="status" hidden data-text="{{t.week_tried}}"></p>
        <p><button>{{t.save}}</button></p>
        </form>
        </section>
        <section aria-labelledby="settings-title">
        <h2 id="settings-title">{{t.settings_title}}</h2>
        <form method="post" action="{{base}}/settings" autocomplete="off">
        <input type="hidden" name="form" value="{{form}}"><input type="hidden" name="was" value="{{wasSettings}}">
        <p><label for="time_zone">{{t.time_zone}}</label> <select id="time_zone" name="time_zone"><option value="">{{t.as_known}}</option>{{#zone}}<option selected>{{.}}</option>{{/zone}}{{> zones}}</select></p>
        <p><label for="locale">{{t.language}}</label> <select id="locale" name="locale"><option value="">{{t.as_known}}</option>{{#languages}}<option value="{{code}}" lang="{{code}}"{{#selected}} selected{{/selected}}>{{name}}</option>{{/languages}}</select></p>
        <p><button>{{t.save}}</button></p>
        </form>
        </section>
        {{/hasPreferences}}
        <section aria-labelledby="calendars-title">
        <h2 id="calendars-title">{{t.calendars_title}}</h2>
        <p>{{t.calendars_intro}}</p>
        {{#hasCalendars}}<ul class="items">{{#calendars}}<li><bdi>{{name}}</bdi> <a href="{{href}}">{{t.calendar_show}}<span class="hidden"> – <bdi>{{name}}</bdi></span></a>
        <form method="post" action="{{base}}/calendars/remove"><input type="hidden" name="form" value="{{form}}"><input type="hidden" name="name" value="{{name}}"><button class="second">{{t.remove}}<span class="hidden"> – <bdi>{{name}}</bdi></span></button></form></li>{{/calendars}}</ul>{{/hasCalendars}}
        {{^hasCalendars}}<p>{{t.calendars_none}}</p>{{/hasCalendars}}
        <form method="post" action="{{base}}/calendars" enctype="multipart/form-data">
        <input type="hidden" name="form" value="{{form}}">
        <p><label for="name">{{t.calendar_name}}</label> <input id="name" name="name" maxlength="64" value="{{t.calendar_default}}" autocomplete="off"></p>
        <p><label for="file">{{t.calendar_file}}</label> <input type="file" id="file" name="file" accept=".ics,text/calendar" required{{#fileWrong}} aria-invalid="true" aria-describedby="wrong"{{/fileWrong}}></p>
        <p><button>{{t.calendar_upload}}</button></p>
        </form>
        </section>
        {{/main}}{{/layout}}
        """#

    /// Alone, it is the preview of other quiet hours.
    private static let week = #"""
        <table class="week">
        <caption>{{t.week_caption}}</caption>
        <thead><tr><th scope="col">{{t.week_day}}</th><th scope="col">{{t.week_blocked}}</th></tr></thead>
        <tbody>{{#days}}<tr><th scope="row">{{date}}</th><td>
        <svg viewBox="0 0 288 12" preserveAspectRatio="none" width="288" height="12" aria-hidden="true" focusable="false"><rect class="free" x="0" y="0" width="288" height="12"/>{{#bars}}<rect class="{{kind}}" x="{{x}}" y="0" width="{{width}}" height="12"/>{{/bars}}</svg>
        <ul class="spans">{{#spans}}<li><span class="key {{kind}}" aria-hidden="true"></span>{{text}}</li>{{/spans}}{{^spans}}<li>{{t.week_free}}</li>{{/spans}}</ul></td></tr>
        {{/days}}</tbody></table>
        """#

    private static let calendar = #"""
        {{<layout}}{{$main}}
        <p>{{t.calendar_kept}}</p>
        <p>{{count}}</p>
        <ul class="spans">{{#busy}}<li>{{text}}</li>{{/busy}}</ul>
        {{#more}}<p>{{text}}</p>{{/more}}
        {{#hasSkipped}}<p>{{skipped}}</p>{{/hasSkipped}}
        <form method="post" action="{{base}}/calendars/remove"><input type="hidden" name="form" value="{{form}}"><input type="hidden" name="name" value="{{name}}"><button class="second">{{t.remove}}</button></form>
        <p><a href="{{base}}/times">{{t.back}}</a></p>
        {{/main}}{{/layout}}
        """#
}
