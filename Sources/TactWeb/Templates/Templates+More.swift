extension Templates {
    static let messages = #"""
        {{<layout}}{{$main}}
        <p>{{t.messages_intro}}</p>
        {{#hasMessages}}<ul class="items">{{#messages}}<li><strong><bdi>{{topic}}</bdi></strong><br>{{state}}<br><a href="{{href}}">{{t.why_link}}<span class="hidden"> – <bdi>{{topic}}</bdi>, {{when}}</span></a></li>
        {{/messages}}</ul>{{/hasMessages}}
        {{^hasMessages}}<p>{{t.messages_none}}</p>{{/hasMessages}}
        {{/main}}{{/layout}}
        """#

    static let why = #"""
        {{<layout}}{{$main}}
        <p><strong><bdi>{{topic}}</bdi></strong> – {{state}}{{#end}}<br>{{text}}{{/end}}</p>
        {{#because}}<h2>{{t.because_title}}</h2><p><bdi>{{text}}</bdi></p>{{/because}}
        <h2>{{t.why_reason}}</h2>
        <p>{{reason}}</p>
        {{#hasUsed}}<h2>{{t.used_title}}</h2><ul>{{#used}}<li><bdi>{{text}}</bdi></li>{{/used}}</ul>{{/hasUsed}}
        {{#hasDecisions}}<h2>{{t.why_when}}</h2>
        <ol class="items">{{#decisions}}<li>{{at}}<ul>{{#findings}}<li><bdi>{{text}}</bdi></li>{{/findings}}{{^findings}}<li>{{t.nothing_in_the_way}}</li>{{/findings}}</ul></li>
        {{/decisions}}</ol>{{/hasDecisions}}
        {{#hasDeliveries}}<h2>{{t.deliveries_title}}</h2><ul class="items">{{#deliveries}}<li>{{text}}</li>{{/deliveries}}</ul>{{/hasDeliveries}}
        <p><a href="{{base}}/messages">{{t.back}}</a></p>
        {{/main}}{{/layout}}
        """#

    static let data = #"""
        {{<layout}}{{$main}}
        <p>{{t.data_intro}}</p>
        <section aria-labelledby="known-title">
        <h2 id="known-title">{{t.known_title}}</h2>
        {{#hasAttributes}}<ul class="items">{{#attributes}}<li>
        <form method="post" action="{{base}}/attributes">
        <input type="hidden" name="form" value="{{form}}"><input type="hidden" name="name" value="{{name}}"><input type="hidden" name="was" value="{{was}}">
        <p><label for="value.{{number}}"><bdi>{{name}}</bdi></label> <input id="value.{{number}}" name="value" value="{{value}}" maxlength="1000" autocomplete="off"{{#isFixed}} readonly{{/isFixed}}></p>
        <p class="source">{{source}}</p>
        <p class="buttons">{{^isFixed}}<button name="what" value="correct">{{t.correct}}<span class="hidden"> – <bdi>{{name}}</bdi></span></button>{{/isFixed}} <button name="what" value="delete" class="second">{{t.delete}}<span class="hidden"> – <bdi>{{name}}</bdi></span></button></p>
        </form></li>{{/attributes}}</ul>{{/hasAttributes}}
        {{^hasAttributes}}<p>{{t.known_none}}</p>{{/hasAttributes}}
        {{#hasRemoved}}<h3>{{t.removed_title}}</h3>
        <p>{{t.removed_text}}</p>
        <ul class="items">{{#removed}}<li><bdi>{{label}}</bdi> <span class="source">{{since}}</span>
        <form method="post" action="{{base}}/allow"><input type="hidden" name="form" value="{{form}}"><input type="hidden" name="{{field}}" value="{{name}}"><button class="second">{{t.allow}}<span class="hidden"> – <bdi>{{label}}</bdi></span></button></form></li>{{/removed}}</ul>{{/hasRemoved}}
        </section>
        <section aria-labelledby="addresses-title">
        <h2 id="addresses-title">{{t.addresses_title}}</h2>
        {{#hasAddresses}}<ul class="items">{{#addresses}}<li><bdi>{{label}}</bdi>{{#isKnown}}: <bdi>{{value}}</bdi>{{/isKnown}}
        {{#isClosed}}<p>{{t.address_closed}}</p>
        <form method="post" action="{{base}}/reopen"><input type="hidden" name="form" value="{{form}}"><input type="hidden" name="name" value="{{name}}"><button class="second">{{t.address_reopen}}<span class="hidden"> – <bdi>{{label}}</bdi></span></button></form>{{/isClosed}}
        {{#isKnown}}<form method="post" action="{{base}}/addresses"><input type="hidden" name="form" value="{{form}}"><input type="hidden" name="name" value="{{name}}"><button class="second">{{t.delete}}<span class="hidden"> – <bdi>{{label}}</bdi></span></button></form>{{/isKnown}}</li>{{/addresses}}</ul>{{/hasAddresses}}
        {{^hasAddresses}}<p>{{t.addresses_none}}</p>{{/hasAddresses}}
        <p>{{facts}}</p>
        </section>
        {{#hasConsents}}<section aria-labelledby="consents-title"><h2 id="consents-title">{{t.consents_title}}</h2>
        <ul class="items">{{#consents}}<li>{{text}}</li>{{/consents}}</ul></section>{{/hasConsents}}
        <section aria-labelledby="export-title"><h2 id="export-title">{{t.export_title}}</h2>
        <p>{{t.export_text}}</p>
        <p><a href="{{base}}/export" download="my-data.json">{{t.export_link}}</a></p></section>
        <section aria-labelledby="erase-title"><h2 id="erase-title">{{t.erase_title}}</h2>
        <p>{{t.erase_text}}</p>
        <p><a href="{{base}}/erase">{{t.erase_link}}</a></p></section>
        {{/main}}{{/layout}}
        """#

    static let erase = #"""
        {{<layout}}{{$main}}
        <p>{{t.erase_warning}}</p>
        <form method="post" action="{{base}}/erase">
        <input type="hidden" name="form" value="{{form}}">
        <p><label for="word">{{typeWord}}</label> <input id="word" name="word" autocomplete="off" autocapitalize="off" spellcheck="false" required{{#wordWrong}} aria-invalid="true" aria-describedby="wrong"{{/wordWrong}}></p>
        <p class="buttons"><button class="danger">{{t.erase_button}}</button></p>
        </form>
        <p><a href="{{base}}/data">{{t.back}}</a></p>
        {{/main}}{{/layout}}
        """#

    static let notice = #"""
        {{<layout}}{{$main}}
        <p>{{text}}</p>
        {{#detail}}<p lang="en"><bdi>{{detail}}</bdi></p>{{/detail}}
        {{#back}}<p><a href="{{href}}">{{t.back}}</a></p>{{/back}}
        {{/main}}{{/layout}}
        """#

    static let unsubscribe = #"""
        {{<layout}}{{$main}}
        <p>{{t.unsubscribe_text}}</p>
        <p class="topic-name"><bdi>{{topic}}</bdi></p>
        <form method="post" action="{{action}}"><input type="hidden" name="List-Unsubscribe" value="One-Click"><button>{{t.unsubscribe_button}}</button></form>
        {{/main}}{{/layout}}
        """#
}
