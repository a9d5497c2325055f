"""Jinja's templates as plain Python: the same output, for a third of what Jinja's own way costs at every call.

Jinja asks each thing that is called whether it wants the context, binds the arguments of a macro by hand, and looks
for a template again wherever it is imported. Nothing here wants any of that: all templates of an environment share its
globals, none of which takes the context, and every template is escaped.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from keyword import iskeyword
from typing import Any

from jinja2 import Environment, Template, nodes
from jinja2.compiler import CodeGenerator, Frame, MacroRef
from markupsafe import escape


class _Compiler(CodeGenerator):
    """Jinja's compiler, less what costs time at every call."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        """Write less a call for each thing shown that is safe already, as most are."""
        if _is_escaped(frame) and finalize.src is None:
            self.write("(_shown if type(_shown := (")
        else:
            super()._output_child_pre(node, frame, finalize)

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if _is_escaped(frame) and finalize.src is None:
            self.write(")) is Markup else environment.escaped(_shown))")
        else:
            super()._output_child_post(node, frame, finalize)

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
        """Write Python's own `getattr`; what has no such attribute goes Jinja's way: a key of a dict, or undefined."""
        self.write("(_got if (_got := getattr((_of := ")
        self.visit(node.node, frame)
        name = repr(node.attr)
        self.write(f"), {name}, missing)) is not missing else environment.getattr(_of, {name}))")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802
        """Write a plain call."""
        self.write("(")
        self.visit(node.node, frame)
        self.write(")(")
        for argument in node.args:
            self.visit(argument, frame)
            self.write(", ")
        if node.dyn_args is not None:
            self.write("*")
            self.visit(node.dyn_args, frame)
            self.write(", ")
        for keyword in node.kwargs:
            # `class` is a name in a template, and none in Python.
            self.write(f"**{{{keyword.key!r}: " if iskeyword(keyword.key) else f"{keyword.key}=")
            self.visit(keyword.value, frame)
            self.write("}, " if iskeyword(keyword.key) else ", ")
        if forward_caller:
            self.write("caller=caller, ")
        if node.dyn_kwargs is not None:
            self.write("**")
            self.visit(node.dyn_kwargs, frame)
        self.write(")")

    def macro_def(self, macro_ref: MacroRef, frame: Frame) -> None:
        """Write a macro as a function, whose arguments Python binds; a few are left to Jinja."""
        names = [argument.name for argument in macro_ref.node.args]
        takes_more = macro_ref.accesses_kwargs or macro_ref.accesses_varargs or "caller" in names
        if takes_more or not _is_escaped(frame) or any(map(iskeyword, names)):
            super().macro_def(macro_ref, frame)
            return
        parameters = [f"{name}=missing" for name in names]
        if macro_ref.accesses_caller:
            names.append("caller")
            parameters.append('caller=undefined("No caller defined", name="caller")')
        # `macro` is the name of every one: it is bound here, before the next is defined.
        parameters += ["*", "_macro=macro"]
        function = f"lambda {', '.join(parameters)}: _macro({', '.join(names)})"
        name = getattr(macro_ref.node, "name", None)
        self.write(f"environment.named({name!r}, {function})" if name else f"({function})")

    def return_buffer_contents(self, frame: Frame, force_unescaped: bool = False) -> None:
        """Write what a macro returns: it is safe, since all in it was escaped."""
        if _is_escaped(frame):
            # Markup(…) first asks what it is given how that looks as HTML.
            self.writeline(f"return str.__new__(Markup, concat({frame.buffer}))")
        else:
            super().return_buffer_contents(frame, force_unescaped)

    def _import_common(self, node: nodes.Import | nodes.FromImport, frame: Frame) -> None:
        if node.with_context or not isinstance(node.template, nodes.Const):
            super()._import_common(node, frame)
        else:
            self.write(f"environment.macros_of({node.template.value!r})")


def _is_escaped(frame: Frame) -> bool:
    return bool(frame.eval_ctx.autoescape and not frame.eval_ctx.volatile)


class QuickEnvironment(Environment):
    """Jinja's environment for templates that are read once. The globals are set before the first is loaded."""

    code_generator_class = _Compiler

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._templates: dict[str, Template] = {}
        self._macros: dict[str, Any] = {}

    def get_template(self, name: Any, parent: str | None = None, globals: Any = None) -> Template:
        """Return a template, from a dict of our own where it was asked for before: most are, on every page."""
        if not isinstance(name, str) or globals is not None:
            return super().get_template(name, parent, globals)
        template = self._templates.get(name)
        if template is None:
            template = self._templates[name] = super().get_template(name, parent)
        return template

    def made(self, name: str, /, **values: Any) -> str:
        """Return what a template says of `values`."""
        template = self.get_template(name)
        context = template.new_context(values)
        try:
            return "".join(template.root_render_func(context))
        except Exception:
            self.handle_exception()
        finally:
            # A page's own macros know its context, which knows them: the page would stay until Python looks for rings.
            context.vars.clear()

    def macros_of(self, name: str) -> Any:
        """Return the macros of a template as attributes."""
        module = self._macros.get(name)
        if module is None:
            module = self._macros[name] = self.get_template(name).module
        return module

    @staticmethod
    def escaped(value: object) -> str:
        """Return what stands in a page for a value; nearly all texts have nothing to escape, and stay as they are."""
        if type(value) is str and not (
            "<" in value or ">" in value or "&" in value or '"' in value or "'" in value
        ):
            return value
        return escape(value)

    @staticmethod
    def named(name: str, macro: Callable[..., Any]) -> Callable[..., Any]:
        """Return a macro by its name, which Python says where it is called in a wrong way."""
        macro.__name__ = macro.__qualname__ = name
        return macro

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the globals of a template in one dict: Jinja chains two, and copies them key by key for every page."""
        return {**self.globals, **(d or {})}
