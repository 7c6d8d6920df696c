"""The words of a poll's choices: what each code means, how a ballot is typed, how ties are broken."""

from commands.framework.i18n import _, joined
from commands.framework.quoting import quoted
from commands.framework.reply import Code, Line, Strong, fill, line
from commands.polls.model import ABSTAIN, LETTERS, Poll, PollKind
from commands.polls.vote.taps import taps
from storage.core.model import UserId


def kind_name(kind: PollKind) -> str:
    """The kind of a poll in words."""
    return {
        PollKind.TEMPERATURE: _("temperature, fist to five"),
        PollKind.YES_NO: _("yes or no"),
        PollKind.CONSENSUS: _("consensus"),
        PollKind.CHOOSE: _("choose one"),
        PollKind.APPROVE: _("approve any number"),
        PollKind.SCORE: _("score each from 0 to 5"),
        PollKind.RANK: _("rank, by instant runoff"),
    }[kind]


def labels(poll: Poll) -> tuple[str, ...]:
    """The label at each place of the poll."""
    match poll.kind:
        case PollKind.TEMPERATURE:
            return (
                _("no, not this"),
                _("serious doubts"),
                _("doubts"),
                _("fine"),
                _("good"),
                _("all in, I will help lead"),
            )
        case PollKind.YES_NO:
            return (_("Yes"), _("No"))
        case PollKind.CONSENSUS:
            return (_("Agree"), _("Agree with reservations"), _("Stand aside"), _("Block"))
        case _:
            return tuple(quoted(each) for each in poll.options)


def choices(poll: Poll) -> tuple[Line, ...]:
    """The rows of a ballot: a code and what it means, or an option and its place."""
    words = labels(poll)
    if poll.kind.single:
        rows = tuple(
            fill("{code} {words}", code=Code(code), words=each)
            for code, each in zip(poll.codes, (*words, _("abstain")), strict=True)
        )
    elif poll.kind is PollKind.RANK:
        rows = tuple(
            fill("{letter} {words}", letter=Code(letter), words=each)
            for letter, each in zip(LETTERS, words, strict=False)
        )
    else:
        rows = tuple(
            line("place {n}: {words}", n=at, words=each) for at, each in enumerate(words, 1)
        )
    return rows


def whole_ballots(poll: Poll) -> tuple[Line, ...]:
    """Every choice of a poll with the line to send, where one code is chosen; none elsewhere.

    The line stands last: whoever takes the words before it along still sends a ballot.
    """
    if not poll.kind.single:
        return ()
    return tuple(
        line("{label}: {names}", label=words, names=Code(f"vote {poll.code} {code}"))
        for code, words in zip(poll.codes, (*labels(poll), _("abstain")), strict=True)
    )


def tap_rows(poll: Poll, secret: bytes, voter: UserId) -> list[tuple[str, str]]:
    """The answers of one voter's native poll, as (id, words)."""
    words = dict(zip(poll.codes, (*on_scale(poll), _("abstain")), strict=True))
    return [(tap.id, words[tap.code]) for tap in taps(poll, secret, voter)]


def on_scale(poll: Poll) -> tuple[str, ...]:
    """The labels of choices, with their degree where they are a scale and no code stands beside them."""
    words = labels(poll)
    if poll.kind is not PollKind.TEMPERATURE:
        return words
    return tuple(f"{at} {each}" for at, each in enumerate(words))


def how_to_type(poll: Poll) -> Line:
    """Say how a ballot of this poll is typed, with an example that is the same for everybody."""
    code, abstain = poll.code, Code(f"vote {poll.code} {ABSTAIN * poll.width}")
    match poll.kind:
        case PollKind.APPROVE:
            example = Code(f"vote {code} {('YN' * poll.width)[: poll.width]}")
            return line(
                "Type one letter per place, Y or N, like {example}. To abstain: {abstain}.",
                example=example,
                abstain=abstain,
            )
        case PollKind.SCORE:
            example = Code(f"vote {code} {('502413' * poll.width)[: poll.width]}")
            return line(
                "Type one digit per place, 0 to 5, like {example}. To abstain: {abstain}.",
                example=example,
                abstain=abstain,
            )
        case PollKind.RANK:
            order = LETTERS[: poll.places]
            example = Code(f"vote {code} {order[1:] + order[0]}")
            short = Code(f"vote {code} {order[1].ljust(poll.width, ABSTAIN)}")
            return line(
                "Type the letters, best first, like {example}. For each one you leave out, type"
                " an X at the end: {short}. To abstain: {abstain}.",
                example=example,
                short=short,
                abstain=abstain,
            )
        case _:
            # The abstention is the example: any other would be a recommendation.
            return line(
                "Type {vote} and the two characters in front of your choice. To abstain:"
                " {abstain}.",
                vote=Code(f"vote {code}"),
                abstain=abstain,
            )


def counting(poll: Poll) -> str:
    """How a poll is counted, in words, where that is not plain."""
    match poll.kind:
        case PollKind.RANK:
            return _(
                "Counted by instant runoff: more than half of the ballots that still count"
                " wins. If none has that, the option with fewest goes out. If several have"
                " fewest, the one that had fewer in the latest earlier round goes out, or else"
                " the one listed later. If all that are left are equal, it is a tie."
            )
        case PollKind.SCORE:
            return _("The highest sum leads; equal sums are a tie.")
        case PollKind.APPROVE:
            return _("Most approvals lead; equal ones are a tie.")
        case PollKind.CONSENSUS:
            return _("One block is enough to say that there is no consensus.")
        case _:
            return ""


def leaders(poll: Poll, places: tuple[int, ...]) -> Line:
    """The leading options in words; several are a tie."""
    named = [labels(poll)[at] for at in places]
    if not named:
        return line("Nothing leads.")
    if len(named) == 1:
        return line("Most: {option}.", option=Strong(named[0]))
    return line("A tie: {options}.", options=joined(named))
