"""Looks at tact-web's pages in a real browser: the whole journey with and without JavaScript, by keyboard alone, small
and large, light and dark, in every language; axe-core judges each page.

    web_pages.py FOLDER JOURNEY_LINK PLAIN_LINK KEYBOARD_LINK UNSUBSCRIBE_LINK

Screenshots go to FOLDER. Each link is of a recipient of its own. Writes a line for every fault; exit status 1 if there
is any."""

import base64
import datetime
import json
import pathlib
import shutil
import sys
from urllib.parse import urlsplit

import axe_playwright_python
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support import expected_conditions
from selenium.webdriver.support.ui import Select, WebDriverWait

folder = pathlib.Path(sys.argv[1]).resolve()
journey_link, plain_link, keyboard_link, unsubscribe_link = sys.argv[2:6]
AXE = (pathlib.Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
base = journey_link[: journey_link.index("/p/")]
host = urlsplit(base).netloc
PAGES = ["", "times", "messages", "data", "erase"]
LANGUAGES = ["en", "de", "fr", "es", "zh"]
faults = []
looked_at = 0

calendar = folder / "work.ics"
# Far enough to be in the future, near enough to be kept.
meeting = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=3)).strftime("%Y%m%dT")
calendar.write_text(
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n"
    f"DTSTART:{meeting}090000Z\r\nDTEND:{meeting}100000Z\r\nSUMMARY:Very secret meeting\r\nEND:VEVENT\r\n"
    "END:VCALENDAR\r\n", newline="")


def fault(text):
    faults.append(text)
    print(text, flush=True)


def expect(condition, text):
    if not condition:
        fault(text)


def browser(width=1000, dark=False, javascript=True):
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                     "--disable-background-networking", "--no-first-run", f"--window-size={width},900"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    if not javascript:
        options.add_experimental_option("prefs", {"profile.managed_default_content_settings.javascript": 2})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
        "features": [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})
    if width < 500:
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": True})
    driver.set_page_load_timeout(30)
    driver.implicitly_wait(2)
    return driver


def shoot(driver, name):
    height = driver.execute_script("return document.documentElement.scrollHeight")
    picture = driver.execute_cdp_cmd("Page.captureScreenshot", {
        "captureBeyondViewport": True,
        "clip": {"x": 0, "y": 0, "width": driver.execute_script("return innerWidth"), "height": min(height, 4000),
                 "scale": 1}})
    (folder / f"{name}.png").write_bytes(base64.b64decode(picture["data"]))


def judge(driver, name):
    """One page: axe's rules, nothing wider than the screen, one h1, a language."""
    global looked_at
    looked_at += 1
    driver.execute_script(AXE)
    found = driver.execute_async_script(
        "const done = arguments[arguments.length - 1];"
        "axe.run(document, {runOnly: {type: 'tag', values: arguments[0]}, resultTypes: ['violations']}).then(done)",
        RULES)
    for violation in found["violations"]:
        nodes = "; ".join(node["html"][:160] for node in violation["nodes"][:3])
        fault(f"{name}: axe {violation['id']} ({violation['impact']}): {violation['help']}: {nodes}")
    expect(found["testEngine"]["name"] == "axe-core", f"{name}: axe did not run")
    expect(len(driver.find_elements(By.TAG_NAME, "h1")) == 1, f"{name}: not one h1")
    wide = driver.execute_script("return document.documentElement.scrollWidth - innerWidth")
    expect(wide <= 0, f"{name}: wider than the screen by {wide}")
    expect("{{" not in driver.page_source and "{" + "n}" not in driver.page_source, f"{name}: a placeholder is left")


def watch(driver, name):
    """Nothing was asked of anybody else, and nothing was refused by the browser."""
    for entry in driver.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            url = message["params"]["request"]["url"]
            if url.startswith("http") and urlsplit(url).netloc != host:
                fault(f"{name}: asked {url}")
    for entry in driver.get_log("browser"):
        # Pages that say no have statuses that say no; the browser notes them.
        if "the server responded with a status" not in entry["message"]:
            fault(f"{name}: console: {entry['message'][:300]}")


def main_text(driver):
    return driver.find_element(By.TAG_NAME, "main").text


def submit(driver, action, button=None):
    form = driver.find_element(By.CSS_SELECTOR, f"form[action$='{action}']")
    leave(driver, button or form.find_element(By.TAG_NAME, "button"))


def leave(driver, button):
    """Presses what leads to another page, and waits for that."""
    page = driver.find_element(By.TAG_NAME, "html")
    button.click()
    WebDriverWait(driver, 20).until(lambda _: is_gone(page))
    driver.find_element(By.CSS_SELECTOR, "footer p")


def is_gone(page):
    """Whether another page has taken its place. In between, Chromium's driver may say so in words of its own."""
    try:
        page.is_enabled()
        return False
    except StaleElementReferenceException:
        return True
    except WebDriverException as error:
        if "does not belong to the document" in str(error):
            return True
        raise


def tick(driver, id_):
    driver.find_element(By.ID, id_).click()


def journey(driver, link, name, has_script):
    """Everything that the pages offer, once."""
    driver.get(link)
    expect("/p/" not in driver.current_url, f"{name}: the link stays in the address")
    expect(not driver.find_element(By.ID, "on.offers").is_selected(), f"{name}: opt-in begins switched on")
    tick(driver, "on.offers")
    if has_script:
        WebDriverWait(driver, 10).until(lambda d: d.find_element(By.ID, "live").text)
        expect(driver.find_element(By.ID, "live").text == "Saved.", f"{name}: a switch does not save itself")
        driver.get(base + "/")
    else:
        submit(driver, "/topics")
        expect("Saved." in main_text(driver), f"{name}: saving says nothing")
    expect(driver.find_element(By.ID, "on.offers").is_selected(), f"{name}: the switch is off again")

    driver.find_element(By.CSS_SELECTOR, "details summary").click()
    count = driver.find_element(By.ID, "count.offers")
    count.clear()
    count.send_keys("2")
    Select(driver.find_element(By.ID, "per.offers")).select_by_value("week")
    Select(driver.find_element(By.ID, "digest.offers")).select_by_value("weekly")
    Select(driver.find_element(By.ID, "rank.offers.email")).select_by_value("1")
    Select(driver.find_element(By.ID, "rank.offers.push")).select_by_value("0")
    submit(driver, "/topics", driver.find_element(By.CSS_SELECTOR, "form[action$='/topics'] > p:last-of-type button"))
    driver.find_element(By.CSS_SELECTOR, "details summary").click()
    expect(driver.find_element(By.ID, "count.offers").get_attribute("value") == "2", f"{name}: the limit is lost")
    expect(Select(driver.find_element(By.ID, "digest.offers")).first_selected_option.get_attribute("value") == "weekly",
           f"{name}: the wish for a digest is lost")
    expect(Select(driver.find_element(By.ID, "rank.offers.push")).first_selected_option.get_attribute("value") == "0",
           f"{name}: the order of channels is lost")

    submit(driver, "/pause", driver.find_element(By.CSS_SELECTOR, "button[value=forever]"))
    expect("until further notice" in main_text(driver), f"{name}: no pause")
    submit(driver, "/pause")
    expect("as usual" in main_text(driver), f"{name}: the pause stays")
    submit(driver, "/pause")
    expect(driver.find_element(By.ID, "until").get_attribute("aria-invalid") == "true", f"{name}: no day is a day")
    shoot(driver, f"{name}-wrong")
    submit(driver, "/marketing")
    expect(not driver.find_element(By.ID, "on.offers").is_selected(), f"{name}: advertising stays on")

    driver.get(base + "/times")
    tick(driver, "mode.own")
    tick(driver, "day.0.sat")
    driver.execute_cdp_cmd("Runtime.evaluate", {
        "expression": "document.getElementById('start.0').value='09:00';const end=document.getElementById('end.0');"
                      "end.value='11:30';end.dispatchEvent(new Event('change',{bubbles:true}))"})
    if has_script:
        WebDriverWait(driver, 10).until(lambda d: d.find_element(By.ID, "tried").text)
        expect("09:00–11:30: quiet hours" in driver.find_element(By.ID, "week").text,
               f"{name}: the week does not show quiet hours before they are saved")
        judge(driver, f"{name}-tried")
    submit(driver, "/quiet")
    expect("09:00–11:30: quiet hours" in main_text(driver), f"{name}: the week does not show the new quiet hours")
    tick(driver, "mode.default")
    submit(driver, "/quiet")
    expect("22:00–24:00: quiet hours" in main_text(driver), f"{name}: not as usual again")
    Select(driver.find_element(By.ID, "time_zone")).select_by_visible_text("Asia/Tokyo")
    submit(driver, "/settings")
    expect("Asia/Tokyo" in driver.find_element(By.CSS_SELECTOR, "section p").text, f"{name}: the zone is not shown")
    driver.find_element(By.ID, "file").send_keys(str(calendar))
    submit(driver, "/calendars")
    expect("Only these busy times are kept" in main_text(driver), f"{name}: the calendar is not shown")
    expect("18:00" in main_text(driver) and "secret" not in driver.page_source, f"{name}: wrong things are kept")
    shoot(driver, f"{name}-calendar")
    submit(driver, "/calendars/remove")
    expect("no calendar" in main_text(driver), f"{name}: the calendar stays")

    driver.get(base + "/messages")
    leave(driver, driver.find_element(By.PARTIAL_LINK_TEXT, "Why did I get this"))
    expect("Why then" in main_text(driver), f"{name}: no reasons")
    shoot(driver, f"{name}-why")

    driver.get(base + "/data")
    field = driver.find_element(By.XPATH, "//input[@name='name'][@value='first_name']/..//input[@name='value']")
    field.clear()
    field.send_keys("Anna")
    leave(driver, field.find_element(By.XPATH, "./../..//button[@value='correct']"))
    expect(driver.find_elements(By.CSS_SELECTOR, "input[value=Anna]"), f"{name}: a correction is lost")
    leave(driver, driver.find_element(
        By.XPATH, "//input[@name='name'][@value='age']/..//button[@value='delete']"))
    expect("Saved." in main_text(driver) and not driver.find_elements(By.CSS_SELECTOR, "input[name=name][value=age]"),
           f"{name}: what was deleted is there")
    expect("You removed this" in main_text(driver), f"{name}: what was removed is not told")
    if has_script:
        judge(driver, f"{name}-removed")
    submit(driver, "/allow")
    expect("You removed this" not in main_text(driver), f"{name}: what was allowed again is removed")
    expect("withdrew consent" in main_text(driver), f"{name}: consents are not shown")
    driver.get(base + "/erase")
    driver.find_element(By.ID, "word").send_keys("no")
    submit(driver, "/erase")
    expect("Nothing was deleted" in main_text(driver), f"{name}: erased by another word")
    driver.get(base + "/nothing-here")
    expect("no such page" in main_text(driver), f"{name}: an unknown page")


def looks():
    """Every page in every language, small and large, light and dark."""
    for width, dark in [(320, False), (1000, True)]:
        driver = browser(width, dark)
        driver.get(journey_link)
        for number, language in enumerate(LANGUAGES):
            driver.get(base + "/times")
            Select(driver.find_element(By.ID, "locale")).select_by_value(language)
            submit(driver, "/settings")
            for page in PAGES:
                driver.get(f"{base}/{page}")
                name = f"{page or 'topics'}-{language}-{width}{'-dark' if dark else ''}"
                expect(driver.find_element(By.TAG_NAME, "html").get_attribute("lang") == language,
                       f"{name}: in another language")
                for details in driver.find_elements(By.TAG_NAME, "summary"):
                    details.click()
                judge(driver, name)
                if number < 2 or language == "zh":
                    shoot(driver, name)
        driver.get(base + "/messages")
        leave(driver, driver.find_element(By.CSS_SELECTOR, "main li a"))
        judge(driver, f"why-{width}")
        driver.get(base + "/p/" + "A" * 150)
        judge(driver, f"bad-link-{width}")
        shoot(driver, f"bad-link-{width}")
        watch(driver, f"looks-{width}")
        driver.get(base + "/times")
        Select(driver.find_element(By.ID, "locale")).select_by_value("en")
        submit(driver, "/settings")
        driver.quit()


def keyboard():
    """With Tab, Space and Enter alone: to the switch, and to saving; the focus is always to be seen."""
    driver = browser()
    driver.get(keyboard_link)
    seen = []
    for _ in range(60):
        driver.switch_to.active_element.send_keys(Keys.TAB)
        element = driver.switch_to.active_element
        if element.tag_name == "body":
            break
        outline = driver.execute_script("return getComputedStyle(arguments[0]).outlineStyle", element)
        expect(outline != "none", f"keyboard: {element.get_attribute('outerHTML')[:120]} shows no focus")
        if not seen:
            expect(element.get_attribute("class") == "skip", "keyboard: the first stop does not skip to the content")
        seen.append(element.get_attribute("id") or element.text)
        if element.get_attribute("id") == "on.offers":
            element.send_keys(Keys.SPACE)
            WebDriverWait(driver, 10).until(lambda d: d.find_element(By.ID, "live").text)
        if element.tag_name == "button" and "Save" in element.text:
            element.send_keys(Keys.ENTER)
            WebDriverWait(driver, 20).until(expected_conditions.staleness_of(element))
            break
    expect("on.offers" in seen, f"keyboard: the switch cannot be reached: {seen}")
    expect("Saved." in main_text(driver) and driver.find_element(By.ID, "on.offers").is_selected(),
           "keyboard: nothing was saved")
    for element in driver.find_elements(By.CSS_SELECTOR, "a[href], button, input:not([type=hidden]), select, summary"):
        size = element.size
        if element.is_displayed() and element.get_attribute("class") != "skip":
            expect(size["width"] >= 24 and size["height"] >= 24,
                   f"too small to hit: {element.get_attribute('outerHTML')[:120]} {size}")
    driver.quit()


def unsubscribing():
    driver = browser(320)
    driver.get(unsubscribe_link)
    judge(driver, "unsubscribe")
    shoot(driver, "unsubscribe")
    driver.get(unsubscribe_link)
    expect(len(driver.find_elements(By.TAG_NAME, "button")) == 1, "unsubscribe: not one button")
    leave(driver, driver.find_element(By.TAG_NAME, "button"))
    expect("Unsubscribed" in main_text(driver), "unsubscribe: not done")
    judge(driver, "unsubscribed")
    watch(driver, "unsubscribe")
    driver.quit()


driver = browser()
journey(driver, journey_link, "journey", has_script=True)
watch(driver, "journey")
driver.quit()
driver = browser(javascript=False)
journey(driver, plain_link, "plain", has_script=False)
watch(driver, "plain")
driver.quit()
keyboard()
unsubscribing()
looks()
print(f"{looked_at} pages looked at, {len(faults)} faults")
sys.exit(1 if faults else 0)
