//! `refresh_on_error`: a body that may run twice, each time with the caller's arguments and separately fetched
//! entries.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    Attribute, Expr, FnArg, Ident, ItemFn, Pat, Result, ReturnType, Token, Type, ext::IdentExt, parse::Parser,
    punctuated::Punctuated, spanned::Spanned,
};

use crate::{
    options::{Assignment, once},
    quoted::local,
    source::Which,
};

/// The options of the attribute.
pub(crate) struct RefreshOnError {
    /// The condition on the error. Without it, every error counts.
    when: Option<Expr>,
    span: Span,
}

impl RefreshOnError {
    /// Reads the attribute at `span`.
    pub(crate) fn read(attribute: TokenStream, span: Span) -> Result<Self> {
        let example = Which::RefreshOnError.example();
        if let Ok(expression) = syn::parse2::<Expr>(attribute.clone())
            && !matches!(expression, Expr::Assign(_))
        {
            return Err(syn::Error::new(expression.span(), format!("write `when = ...`, as in `{example}`")));
        }
        let options = Punctuated::<Assignment, Token![,]>::parse_terminated.parse2(attribute)?;
        let mut when = None;
        for Assignment { name, value } in options {
            if name != "when" {
                let message = format!("unknown option `{name}`: refresh_on_error has `when`, as in `{example}`");
                return Err(syn::Error::new(name.span(), message));
            }
            once(&name, &mut when, value)?;
        }
        Ok(Self { when, span })
    }

    /// Stores it in `place`, which may hold only one.
    pub(crate) fn alone(self, place: &mut Option<Self>) -> Result<()> {
        let span = self.span;
        match place.replace(self) {
            None => Ok(()),
            Some(_) => Err(syn::Error::new(span, "refresh_on_error is given twice: keep one")),
        }
    }

    /// Returns the error for a function without entries.
    pub(crate) fn without_entries(&self) -> syn::Error {
        let message = "refresh_on_error has nothing to refresh: write the attribute of an entry below it, such as \
                       `#[secrets_manager::cache(name = \"/prod/db\")]`, and not under another name";
        syn::Error::new(self.span, message)
    }

    /// Rejects functions whose body cannot run twice.
    pub(crate) fn check(function: &ItemFn) -> Result<()> {
        if let Some(receiver) = function.sig.receiver()
            && !matches!(&*receiver.ty, Type::Reference(_))
        {
            let message = "the function may be called twice, which consumes `self` at the first call: write `&self`";
            return Err(syn::Error::new_spanned(receiver, message));
        }
        match &function.sig.output {
            ReturnType::Type(_, ty) if mentions(ty.to_token_stream(), "impl") => {
                let message =
                    "refresh_on_error needs a return type that is named: write `Result<..., ...>` without `impl`";
                Err(syn::Error::new_spanned(ty, message))
            }
            ReturnType::Type(_, ty) if is_no_result(ty) => {
                let message = "the function must return a Result, whose error may be one that its entries are to blame for: \
                               write `-> Result<..., ...>`";
                Err(syn::Error::new_spanned(ty, message))
            }
            _ => Ok(()),
        }
    }

    /// Generates the calls: the lookup `entries`, the values' `lets` and the body, once or twice.
    pub(crate) fn calls(
        &self,
        function: &ItemFn,
        variables: &Variables,
        entries: &TokenStream,
        lets: &[TokenStream],
    ) -> TokenStream {
        let ReturnType::Type(_, output) = &function.sig.output else { return TokenStream::new() };
        let statements = &function.block.stmts;
        let attempts = attempts();
        let [taken, entries_result, outcome, error] = ["taken", "entries_result", "outcome", "error"].map(local);
        let (clones, bindings) = (variables.clones(), variables.bindings());
        // If the type is not a Result, or its error type cannot hold this crate's error, the compiler points at the
        // type.
        let at_output = output.span().resolved_at(Span::mixed_site());
        let taken_or_error = quote_spanned!(at_output => #attempts.entries(#entries_result));
        let failed = quote_spanned!(at_output => ::core::result::Result::Err(#error));
        let condition = self
            .when
            .as_ref()
            .map(|when| quote_spanned!(when.span() => && ::lambda_cache::__macros::should_retry(&#error, #when)));
        quote! {
            let mut #attempts = ::lambda_cache::__macros::Attempts::new();
            loop {
                let #entries_result = #entries;
                let #taken = match #taken_or_error {
                    ::core::result::Result::Ok(#outcome) => #outcome,
                    ::core::result::Result::Err(#error) => return #failed,
                };
                #clones
                let #outcome = async {
                    // Tells the compiler the type that `return` and `?` return.
                    if let ::core::option::Option::Some(#outcome) = ::core::option::Option::None::<#output> {
                        return #outcome;
                    }
                    #bindings
                    #(#lets)*
                    let #outcome: #output = { #(#statements)* };
                    #[allow(unreachable_code)]
                    #outcome
                }.await;
                match #outcome {
                    #failed if #attempts.is_first() #condition => #attempts.failed(#error),
                    #outcome => break #outcome,
                }
            }
        }
    }
}

/// Returns `true` if the type is clearly not a `Result`. Any other type may be an alias of one.
fn is_no_result(ty: &Type) -> bool {
    match ty {
        Type::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == "Option"),
        Type::Array(_) | Type::Reference(_) | Type::Slice(_) | Type::Tuple(_) => true,
        _ => false,
    }
}

/// Returns the variable that counts the calls.
pub(crate) fn attempts() -> Ident {
    local("attempts")
}

/// The variables that the function's arguments bind and its body uses. Each call gets its own copy.
pub(crate) struct Variables(Vec<Variable>);

struct Variable {
    attributes: Vec<Attribute>,
    mutability: Option<Token![mut]>,
    ident: Ident,
    is_mutable_reference: bool,
}

impl Variables {
    /// Collects the variables of the signature and of the event's pattern. A `mut` is moved into the body.
    pub(crate) fn of(function: &mut ItemFn, event: Option<&mut Pat>) -> Self {
        let mut variables = Vec::new();
        for argument in &mut function.sig.inputs {
            let FnArg::Typed(argument) = argument else { continue };
            let is_mutable_reference =
                matches!(&*argument.ty, Type::Reference(reference) if reference.mutability.is_some());
            bindings(&mut argument.pat, &mut |ident, mutability| {
                let attributes = argument.attrs.clone();
                variables.push(Variable { attributes, mutability, ident, is_mutable_reference });
            });
        }
        if let Some(event) = event {
            bindings(event, &mut |ident, mutability| {
                variables.push(Variable { attributes: Vec::new(), mutability, ident, is_mutable_reference: false });
            });
        }
        let body = function.block.to_token_stream();
        variables.retain(|variable| mentions(body.clone(), &variable.ident.unraw().to_string()));
        Self(variables)
    }

    /// Generates a clone of each variable for one call, outside of its future.
    fn clones(&self) -> TokenStream {
        let cloned = self.0.iter().enumerate().filter(|(_, variable)| !variable.is_mutable_reference);
        cloned
            .map(|(index, Variable { attributes, ident, .. })| {
                let copy = copy(index);
                let cloned = quote_spanned! { ident.span().resolved_at(Span::mixed_site()) =>
                    ::lambda_cache::__macros::clone_for_retry(&#ident)
                };
                quote!(#(#attributes)* #[allow(clippy::used_underscore_binding)] let #copy = #cloned;)
            })
            .collect()
    }

    /// Generates the bindings of the clones to the names that the body uses, inside the future.
    fn bindings(&self) -> TokenStream {
        let variables = self.0.iter().enumerate();
        variables
            .map(|(index, Variable { attributes, mutability, ident, is_mutable_reference })| {
                let value = if *is_mutable_reference { quote!(&mut *#ident) } else { copy(index).to_token_stream() };
                quote!(#(#attributes)* #[allow(unused_variables)] let #mutability #ident = #value;)
            })
            .collect()
    }
}

fn copy(index: usize) -> Ident {
    local(&format!("argument_{index}"))
}

/// Finds the variables that a pattern binds by value, and removes their `mut`.
fn bindings(pattern: &mut Pat, found: &mut impl FnMut(Ident, Option<Token![mut]>)) {
    let mut all =
        |patterns: &mut Punctuated<Pat, Token![,]>| patterns.iter_mut().for_each(|pattern| bindings(pattern, found));
    match pattern {
        Pat::Ident(bound) => {
            if bound.by_ref.is_none() {
                found(bound.ident.clone(), bound.mutability.take());
            }
            if let Some((_, inner)) = &mut bound.subpat {
                bindings(inner, found);
            }
        }
        Pat::Struct(parts) => parts.fields.iter_mut().for_each(|field| bindings(&mut field.pat, found)),
        Pat::TupleStruct(parts) => all(&mut parts.elems),
        Pat::Tuple(parts) => all(&mut parts.elems),
        Pat::Slice(parts) => all(&mut parts.elems),
        Pat::Reference(inner) => bindings(&mut inner.pat, found),
        Pat::Paren(inner) => bindings(&mut inner.pat, found),
        Pat::Type(inner) => bindings(&mut inner.pat, found),
        _ => {}
    }
}

/// Returns `true` if a name is among the tokens or may be in a format string.
fn mentions(tokens: TokenStream, name: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident.unraw() == name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        TokenTree::Literal(literal) => literal.to_string().contains(name),
        TokenTree::Punct(_) => false,
    })
}
