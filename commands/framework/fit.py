"""Words without keys fitted to a command's positional parameters: names may be several words long."""

from collections.abc import Iterator, Sequence

from commands.framework.context import Context, Place
from commands.framework.errors import Grasp, Refusal, Unfinished, cut, refuse
from commands.framework.handles import looks_like_a_handle
from commands.framework.i18n import _
from commands.framework.reader import ALL
from commands.framework.reply import Code, Line, fill, line
from commands.framework.shown_names import shown_key
from commands.framework.spec import Parameter
from commands.framework.words import Word

Found = dict[str, object]


class _Fitting:
    """One attempt to fit all words. Keeps the most telling of the refusals met on the way."""

    def __init__(
        self, parameters: Sequence[Parameter], words: Sequence[Word], ctx: Context
    ) -> None:
        self.parameters = parameters
        self.words = words
        self.ctx = ctx
        self.best: tuple[tuple[bool, float], Refusal] | None = None
        self._read_so: dict[tuple[str, int, int], tuple[object, Refusal | None]] = {}
        """Values already read, by parameter and words: words are met again for each reading of earlier ones."""

    def fit(self, at: int = 0, index: int = 0) -> Found | None:
        """Values for the parameters from ``index`` on out of the words from ``at`` on, or None."""
        if index == len(self.parameters):
            if at == len(self.words):
                return {}
            # What an optional value said against the same word says more than that it is left over.
            left = self.words[at]
            over = (
                _belongs(left)
                if left.after
                else _left_over(left, self.parameters, in_room=self.ctx.place is Place.ROOM)
            )
            self._stumbled(at - 0.5, over)
            return None
        parameter = self.parameters[index]
        if at == len(self.words) and parameter.required:
            self._stumbled(at, _missing(parameter, self.words))
            return None
        failed: list[tuple[float, Refusal]] = []
        readable = False
        for count in self._counts(parameter, at):
            try:
                value = self._value(parameter, at, count)
            except Refusal as refusal:
                failed.append((at - count / ALL, refusal))
                if refusal.grasp is Grasp.WHOLE:
                    # Fewer of these words would be read as something else than they mean together.
                    break
                continue
            readable = True
            rest = self.fit(at + count, index + 1)
            if rest is not None:
                return {parameter.name: value} | rest
        if not readable:
            # Shorter readings of the same words stumble over less, and say it better.
            for where, told in failed:
                self._stumbled(where, told)
        return None if parameter.required else self.fit(at, index + 1)

    def _value(self, parameter: Parameter, at: int, count: int) -> object:
        """What so many words mean. Raises Refusal."""
        place = parameter.name, at, count
        if place not in self._read_so:
            try:
                self._read_so[place] = self._anew(parameter, at, count), None
            except Refusal as refusal:
                self._read_so[place] = None, refusal
        value, refused = self._read_so[place]
        if refused is not None:
            raise refused
        return value

    def _anew(self, parameter: Parameter, at: int, count: int) -> object:
        raw = parameter.joined(self.words[at : at + count])
        value = self._read(parameter, raw)
        stray = self._stray(parameter, at, count, raw)
        if stray is not None:
            raise stray
        return value

    def _read(self, parameter: Parameter, raw: str) -> object:
        if parameter.reader is None:
            raise refuse("I cannot read that.")
        return parameter.reader.read(raw, self.ctx)

    def _stray(self, parameter: Parameter, at: int, count: int, raw: str) -> Refusal | None:
        """What to ask when free words took in one that may belong to the key before it."""
        if not parameter.free or looks_like_a_handle(raw):
            return None
        return next((_belongs(w) for w in self.words[at : at + count] if w.after), None)

    def _counts(self, parameter: Parameter, at: int) -> Iterator[int]:
        """How many words the parameter may take here, likeliest first."""
        if parameter.reader is None:
            return
        if parameter.open_ended:
            if at < len(self.words):
                yield len(self.words) - at
            return
        if self.words[at : at + 1] and self.words[at].whole:
            yield 1
            return
        bare = 0
        while bare < parameter.reader.words.most and at + bare < len(self.words):
            if self.words[at + bare].whole:
                break
            bare += 1
        yield from range(1, bare + 1) if parameter.reader.words.shortest else range(bare, 0, -1)

    def _stumbled(self, at: float, refusal: Refusal) -> None:
        rank = (refusal.grasp is not Grasp.NOTHING, at)
        if self.best is None or rank > self.best[0]:
            self.best = (rank, refusal)


def fit(parameters: Sequence[Parameter], words: Sequence[Word], ctx: Context) -> Found:
    """The values of the positional parameters. Raises the Refusal that helps most."""
    fitting = _Fitting(parameters, words, ctx)
    found = fitting.fit()
    if found is not None:
        return found
    if fitting.best is None:
        raise refuse("I cannot read that.")
    raise fitting.best[1]


def _belongs(word: Word) -> Refusal:
    before = word.after or word
    said = line(
        "Does “{word}” belong to {key}=? Then put quotes around it: {better}",
        word=cut(word.text),
        key=shown_key(before.key or ""),
        better=Code(f'{before.key}="{cut(before.text)} {cut(word.text)}"'),
    )
    return Refusal(said, grasp=Grasp.GUESS)


def _left_over(word: Word, parameters: Sequence[Parameter], *, in_room: bool) -> Refusal:
    if in_room:
        # Not shown back: in the room it may be anybody's name.
        return refuse("I cannot use all the words in that. Leave out what does not belong to it.")
    if not parameters:
        return refuse("That is all I need; leave out “{word}”.", word=cut(word.text))
    return refuse(
        "I do not know what to do with “{word}”. Put quotes around words that belong together.",
        word=cut(word.text),
    )


def _missing(parameter: Parameter, words: Sequence[Word]) -> Unfinished:
    return Unfinished(_what_is_missing(parameter, cut(" ".join(word.text for word in words))))


def _what_is_missing(parameter: Parameter, said: str) -> Line:
    if parameter.reader is None or (parameter.free and parameter.about):
        about = _(parameter.about)
        if not said:
            return line("I need to know {about}.", about=about)
        return line("After “{words}” I need to know {about}.", words=said, about=about)
    question = parameter.reader.ask()
    if not said:
        return fill("{question}", question=question)
    return line("After “{words}” something is missing. {question}", words=said, question=question)
