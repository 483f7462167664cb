package org.postern.policy;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.postern.condition.Condition;
import org.postern.condition.Match;
import org.postern.condition.Prepared;
import org.postern.facts.Choices;
import org.postern.facts.Facts;
import org.postern.facts.Groups;
import org.postern.facts.Groups.Question;
import org.postern.facts.Reach;
import org.postern.mail.Address;

/// A look along all rules for one message that decides nothing: what has to be known before, and
/// who is told besides. Pure; it never throws. For one thread.
///
/// @param conditions those of the rules, in their order
/// @param passed the names of rules that are no end of it, see [Policy#without]
record Walk(
        List<Rule> rules, List<Prepared> conditions, Set<String> passed, Prepared.Answers answers) {
    /// What has to be known of groups, beyond what is, until a rule decides for certain. Of the
    /// rules that are passed as well: else they were in doubt, and with them all below.
    ///
    /// @param copies who is looked at beside the recipients
    Set<Question> questions(Set<Address> copies) {
        Facts facts = answers.facts();
        return asked(
                copies,
                (when, recipient) ->
                        when.questions(facts, recipient)
                                .filter(it ->
                                        facts.groups().of(it) == Groups.Membership.NOT_ASKED));
    }

    /// The same of means.
    Set<Reach.Question> reachQuestions(Set<Address> copies) {
        Reach reach = answers.facts().reach();
        return asked(
                copies,
                (when, recipient) ->
                        when.reachQuestions(recipient)
                                .filter(it -> reach.of(it) == Reach.Answer.NOT_ASKED));
    }

    /// Whose choice has to be known in the same way, beyond what is.
    Set<Address> choosers(Set<Address> copies) {
        Choices choices = answers.facts().choices();
        return asked(
                copies,
                (when, recipient) ->
                        Stream.of(recipient)
                                .filter(_ -> when.asksForChoices())
                                .filter(it -> choices.of(it) == Choices.Choice.NOT_ASKED));
    }

    private <Q> Set<Q> asked(
            Set<Address> copies, BiFunction<Condition, Address, Stream<Q>> questionsOf) {
        Set<Q> questions = new LinkedHashSet<>();
        Stream.concat(answers.facts().recipients().stream(), copies.stream())
                .forEach(each -> asked(each, questionsOf, questions));
        return questions;
    }

    /// What is not known and comes before a rule decides for certain.
    private <Q> void asked(
            Address recipient,
            BiFunction<Condition, Address, Stream<Q>> questionsOf,
            Set<Q> questions) {
        for (int i = 0; i < rules.size(); i++) {
            Match match = match(i, recipient);
            if (match == Match.UNKNOWN) {
                questionsOf.apply(rules.get(i).when(), recipient).forEach(questions::add);
            }
            if (match.matches() && counts(rules.get(i))) {
                return;
            }
        }
    }

    /// Whether the decision about a recipient is open because others could not say something.
    boolean hangs() {
        return answers.facts().recipients().stream().anyMatch(this::hangs);
    }

    /// The same about one.
    boolean hangs(Address recipient) {
        for (int i = 0; i < rules.size(); i++) {
            if (counts(rules.get(i))) {
                Match match = match(i, recipient);
                if (match.matches() || match == Match.UNKNOWN) {
                    return match == Match.UNKNOWN && asksOthers(rules.get(i).when(), recipient);
                }
            }
        }
        return false;
    }

    /// Whether others were asked for it and did not say it: what our own record does not tell is
    /// not known a minute later either.
    private boolean asksOthers(Condition when, Address recipient) {
        Facts facts = answers.facts();
        return when.questions(facts, recipient)
                        .anyMatch(it -> facts.groups().of(it) == Groups.Membership.UNKNOWN)
                || when.reachQuestions(recipient)
                        .anyMatch(it -> facts.reach().of(it) == Reach.Answer.UNKNOWN);
    }

    private boolean counts(Rule rule) {
        return !rule.observed() && !passed.contains(rule.name());
    }

    /// The copies of mail to her (`bcc`, `journal`): by the rule that decides, or that would, were
    /// what is held let go. A rule that is in doubt, or not known, adds its own and hides none of
    /// those below; where no rule lets it go, a person may, and the settings demand theirs.
    ///
    /// @param settings what they demand of mail that goes somewhere
    Extras besides(Address recipient, Settings settings) {
        Set<Address> bcc = new LinkedHashSet<>();
        Set<Address> journal = new LinkedHashSet<>();
        Consumer<Extras> told =
                said -> {
                    Extras all = settings.copies(said, answers.facts(), recipient);
                    bcc.addAll(all.bcc());
                    journal.addAll(all.journal());
                };
        boolean doubt = false;
        boolean goes = false;
        boolean decided = false;
        for (int i = 0; i < rules.size() && !decided; i++) {
            Decision then = rules.get(i).then();
            Match match = rules.get(i).observed() ? Match.NO : match(i, recipient);
            doubt |= match.doubtful();
            boolean surely = match.matches() && !(doubt && isHeldInDoubt(then));
            decided = surely && !(then instanceof Decision.Hold);
            goes = decided && then.extras().isPresent();
            if (match.matches() || match == Match.UNKNOWN) {
                then.extras().ifPresent(told);
            }
        }
        if (!goes) {
            told.accept(Extras.NONE);
        }
        return Extras.NONE.copiedTo(List.copyOf(bcc), List.copyOf(journal));
    }

    /// Whether a person is asked first where something is not known for certain; once she lets it
    /// go, the rules below decide.
    private static boolean isHeldInDoubt(Decision then) {
        return then instanceof Decision.Refuse
                || (then instanceof Decision.Deliver(Decision.Route route, _) && !route.isInside());
    }

    /// Whether a rule that could decide about her lets a message come onto her page, whatever is
    /// not known of it. A group of which nobody knows who is in it opens no page, and one that may
    /// keep hers closed does; so does a rule that cannot be evaluated.
    boolean canBePickedUp(Address recipient) {
        try {
            for (int i = 0; i < rules.size(); i++) {
                Rule rule = rules.get(i);
                if (!rule.observed()) {
                    Match match = conditions.get(i).test(answers, recipient);
                    boolean opens = opensPage(rule);
                    if (opens && match != Match.NO && match != Match.UNKNOWN) {
                        return true;
                    }
                    if (match == Match.YES || (match == Match.UNKNOWN && !opens)) {
                        return false;
                    }
                }
            }
        } catch (RuntimeException _) {
            // It would hold the message.
            return false;
        }
        return false;
    }

    private static boolean opensPage(Rule rule) {
        return rule.then() instanceof Decision.Protect(var inOrder, _, _)
                && inOrder.stream().anyMatch(Protection.Pickup.class::isInstance);
    }

    /// A defect decides by itself what becomes of the message.
    private Match match(int place, Address recipient) {
        try {
            return conditions.get(place).test(answers, recipient);
        } catch (RuntimeException e) {
            return Match.YES;
        }
    }
}
