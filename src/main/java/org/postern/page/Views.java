package org.postern.page;

import java.util.List;
import java.util.Optional;
import org.postern.language.Texts;
import org.postern.reader.SafeHtml;

/// What the templates show, ready for showing: no template decides anything.
public final class Views {
    private Views() {}

    /// A face and a name.
    ///
    /// @param photo path of the picture
    public record Face(String name, String title, Optional<String> photo, String initials) {}

    /// The page that asks who the reader is.
    ///
    /// @param hidden what the form carries along
    /// @param question what is asked
    /// @param alert why the last answer was not taken, or what did not work
    /// @param wrong whether it is the answer that has to be mended
    /// @param told good news, such as that a code was sent
    /// @param others other ways to answer
    /// @param notMe path of "this is not me"
    /// @param key where a passkey will do instead
    public record Door(
            Face face,
            String heading,
            List<Hidden> hidden,
            Question question,
            Optional<String> alert,
            boolean wrong,
            Optional<String> told,
            List<Next> others,
            Optional<String> notMe,
            Optional<KeyAsk> key) {
        public Door {
            hidden = List.copyOf(hidden);
            others = List.copyOf(others);
        }
    }

    /// What a browser needs to ask for a passkey, or to make one.
    ///
    /// @param challenge base64url
    /// @param credentials names of the keys that are there, with blanks between them
    /// @param user names the patient to her authenticator; empty where a key is asked for
    public record KeyAsk(String challenge, String credentials, String user) {}

    /// A hidden field of a form.
    public record Hidden(String name, String value) {}

    /// What a page asks.
    public enum Question {
        BIRTH_DATE("ask.birth", "ask.birth.hint", "bday"),
        PIN("ask.pin", "ask.pin.hint", "off"),
        /// A code that was mailed.
        CODE("ask.code", "ask.code.hint", "one-time-code"),
        /// A code that came by text message.
        TEXT_CODE("ask.text.code", "ask.text.code.hint", "one-time-code"),
        /// A code that another device of hers shows.
        DEVICE_CODE("ask.device", "ask.device.hint", "one-time-code"),
        /// Whether a code shall be mailed.
        ASK_FOR_CODE("ask.mail", "ask.mail.button", ""),
        /// Whether a code shall come by text message.
        ASK_FOR_TEXT("ask.text", "ask.text.button", ""),
        /// Nothing but whether she wants to read it.
        BUTTON("ask.none", "open", ""),
        /// Nothing can be asked: the clinic has to give her a PIN first.
        NOTHING("ask.nothing", "ask.nothing.call", "");

        private final String label;
        private final String hint;
        private final String fill;

        Question(String label, String hint, String fill) {
            this.label = label;
            this.hint = hint;
            this.fill = fill;
        }

        /// Key of the words above the field, or of what is said where there is none.
        public String label() {
            return label;
        }

        /// Key of the words that help to answer, or of those on the button.
        public String hint() {
            return hint;
        }

        /// How browsers fill the field: `autocomplete` of HTML.
        public String fill() {
            return fill;
        }

        public boolean hasField() {
            return !fill.isEmpty();
        }

        /// Whether a button has a code sent.
        public boolean sendsCode() {
            return this == ASK_FOR_CODE || this == ASK_FOR_TEXT;
        }

        /// Whether another code may be sent.
        public boolean takesSentCode() {
            return this == CODE || this == TEXT_CODE;
        }
    }

    /// A page with a few words and perhaps a way on.
    ///
    /// @param fresh whether to show the form that asks for a fresh link
    /// @param token of a link whose owner may ask for a fresh one without an address; empty for
    ///   none
    /// @param next a path and its words
    public record Note(
            String heading,
            List<String> words,
            boolean fresh,
            Optional<String> token,
            Optional<Next> next) {
        public Note {
            words = List.copyOf(words);
        }

        public static Note of(String heading, String... words) {
            return new Note(heading, List.of(words), false, Optional.empty(), Optional.empty());
        }

        public Note withFresh() {
            return new Note(heading, words, true, Optional.empty(), next);
        }

        /// With a button that has a fresh link sent to the address on file.
        public Note withFresh(String instead) {
            return new Note(heading, words, true, Optional.of(instead), next);
        }

        /// With a button that calls the clinic; without one where its number is not known.
        public Note withCall(Clinic clinic, Texts texts) {
            return clinic.phone().isBlank()
                    ? this
                    : withNext(clinic.dial(), texts.say("call", clinic.phone()));
        }

        public Note withNext(String path, String label) {
            return new Note(heading, words, fresh, token, Optional.of(new Next(path, label)));
        }
    }

    /// A path and its words.
    public record Next(String path, String label) {}

    /// The page that asks whether "this is not me" is meant.
    ///
    /// @param alert why it was not taken
    public record NotMe(String token, Optional<String> alert) {}

    /// The devices of a patient.
    ///
    /// @param token against forged forms
    /// @param code that lets another device in, as it is read out
    /// @param back path of the conversation
    public record DeviceList(
            List<KnownDevice> devices, String token, Optional<String> code, String back) {
        public DeviceList {
            devices = List.copyOf(devices);
        }

        /// Whether the page is shown on a device that is remembered.
        public boolean isHere() {
            return devices.stream().anyMatch(KnownDevice::here);
        }
    }

    /// @param handle names it in a form
    /// @param used a sentence
    /// @param here whether the page is shown on it
    public record KnownDevice(String handle, String name, String used, boolean here) {}

    /// What stands below a conversation about the device it is read on.
    ///
    /// @param offer whether to ask if it shall be remembered
    /// @param done whether it was remembered just now
    /// @param token against forged forms
    /// @param key what is needed to make a passkey, where that is offered
    /// @param idleSeconds after which an unused session ends
    /// @param personal whether she showed who she is, and may choose her word
    /// @param keys whether she may ask for a key
    /// @param choosable whether she may choose ordinary mail
    public record Keep(
            boolean offer,
            boolean done,
            String token,
            Optional<KeyAsk> key,
            long idleSeconds,
            boolean personal,
            boolean keys,
            boolean choosable) {}

    /// One conversation.
    ///
    /// @param days oldest first
    /// @param earlier how many older messages are not shown
    /// @param sent when the reply just written was taken over
    /// @param quick answers of one tap, each with its word for the form; none after an own message
    /// @param keep about the device it is read on
    /// @param readsFor the patient, if somebody else reads
    public record Conversation(
            String path,
            Face face,
            List<Day> days,
            int earlier,
            Optional<String> sent,
            Reply reply,
            List<Next> quick,
            Keep keep,
            Optional<String> readsFor) {
        public Conversation {
            days = List.copyOf(days);
            quick = List.copyOf(quick);
        }

        /// Path of the page that begins another conversation with the same clinician.
        public String newPath() {
            return path.replaceFirst("^/t/", "/c/");
        }
    }

    /// The messages of one day.
    ///
    /// @param name such as "Today"
    /// @param date ISO 8601
    /// @param messages oldest first, at least one
    public record Day(String name, String date, List<Message> messages) {
        public Day {
            messages = List.copyOf(messages);
        }
    }

    /// One message as a bubble.
    ///
    /// @param key names the message; its anchor
    /// @param mine whether the patient wrote it
    /// @param mark how what she wrote stands
    /// @param begins whether it is the first of several by one author
    /// @param when time of day, for people
    /// @param instant for programs, ISO 8601
    /// @param look path of the original look, if there is one
    /// @param save path of the whole message as a file, if it can be opened
    /// @param notice a sentence in place of what cannot be shown
    public record Message(
            String key,
            boolean mine,
            Optional<Mark> mark,
            boolean begins,
            String when,
            String instant,
            SafeHtml body,
            List<File> files,
            Optional<String> look,
            Optional<String> save,
            Optional<String> notice) {
        public Message {
            files = List.copyOf(files);
        }
    }

    /// How a message of the patient's own stands, in words and as a class of the style sheet.
    public record Mark(String words, String look) {}

    /// An attachment.
    ///
    /// @param kind such as `PDF`, in place of a picture; may be empty
    /// @param path empty where it is named and not given out
    /// @param view path that shows it in the browser, for types that may be shown
    /// @param small path of a small picture of it, for pictures
    public record File(
            String name,
            String kind,
            String size,
            String path,
            Optional<String> view,
            Optional<String> small) {}

    /// The home page.
    ///
    /// @param typed a code that could not be taken
    /// @param alert why
    public record Home(String typed, Optional<String> alert) {}

    /// The page on which a patient chooses the word by which she knows our mail.
    ///
    /// @param token against forged forms
    /// @param word that she has now
    /// @param done whether she chose it just now
    /// @param back path of the conversation
    public record Word(
            String token,
            List<String> offered,
            Optional<String> word,
            boolean done,
            Optional<String> alert,
            String back) {
        public Word {
            offered = List.copyOf(offered);
        }
    }

    /// Words that were typed and not sent.
    ///
    /// @param path that keeps what is typed from now on; empty if nothing is kept
    /// @param found whether some were found, which the form shows
    /// @param from which words these are; empty if none
    public record Unsent(String path, boolean found, String from) {}

    /// The form for an answer.
    ///
    /// @param token against forged forms, bound to the session
    /// @param once names this one writing, so that sending twice is noticed
    /// @param text what was typed and could not be sent, or was not sent yet
    /// @param alert why it could not be sent
    /// @param unsent about what was not sent yet
    public record Reply(
            String token, String once, String text, Optional<String> alert, Unsent unsent) {}

    /// A message in its original look, in a frame.
    ///
    /// @param source path of the framed document
    /// @param back path of the conversation
    public record Look(String source, String back) {}
}
