use std::borrow::Cow;

/// Bytes that are read as a series of choices. After their end, each choice is the first.
pub(crate) struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    pub(crate) fn new(data: &'a [u8]) -> Self {
        Self(data)
    }

    pub(crate) fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    /// Returns a number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let number =
            if end <= 256 { self.byte().into() } else { usize::from(self.byte()) << 8 | usize::from(self.byte()) };
        number % end
    }

    pub(crate) fn flag(&mut self) -> bool {
        self.byte() % 2 == 1
    }

    pub(crate) fn pick<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        &from[self.below(from.len())]
    }

    /// Returns a few of the bytes.
    pub(crate) fn chunk(&mut self) -> &'a [u8] {
        let length = self.below(40).min(self.0.len());
        let (chunk, rest) = self.0.split_at(length);
        self.0 = rest;
        chunk
    }

    /// Returns all remaining bytes.
    pub(crate) fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.0)
    }

    /// Returns `original` with up to three changes. The inserted text is one of `tokens` or bytes of the input.
    pub(crate) fn mutated(&mut self, original: &[u8], tokens: &[&str]) -> Vec<u8> {
        let mut text = original.to_vec();
        for _ in 0..self.below(4) {
            let start = self.below(text.len() + 1);
            let end = start + self.below((text.len() - start).min(40) + 1);
            let put: Cow<'_, [u8]> = match self.below(6) {
                0 => self.chunk().into(),
                1 => self.pick(tokens).as_bytes().into(),
                2 => text[start..end].repeat(2).into(),
                3 => text[start..end].iter().map(|byte| byte ^ 1).collect(),
                4 => {
                    text.truncate(end);
                    continue;
                }
                _ => Cow::default(),
            };
            text.splice(start..end, put.iter().copied());
        }
        text
    }

    /// Returns one of `originals`, unchanged or changed, or arbitrary bytes as text.
    pub(crate) fn text(&mut self, originals: &[&str], tokens: &[&str]) -> String {
        let original = match self.below(originals.len() + 1) {
            0 => self.chunk(),
            number => originals[number - 1].as_bytes(),
        };
        String::from_utf8_lossy(&self.mutated(original, tokens)).into_owned()
    }
}
