"""What an SVG may be made of: elements, attributes, properties and functions. What is not here is taken out."""

from __future__ import annotations

SHAPES = frozenset("circle ellipse image line path polygon polyline rect text use".split())
"""Elements that draw something, each time they are used."""

ANIMATIONS = frozenset("animate animateMotion animateTransform set".split())

TEXTS = frozenset("a desc text textPath title tspan".split())
"""Elements whose characters are shown or read aloud; elsewhere, nobody sees them."""

ELEMENTS = (
    SHAPES
    | ANIMATIONS
    | TEXTS
    | frozenset(
        "clipPath defs filter g linearGradient marker mask mpath pattern radialGradient stop style svg switch "
        "symbol view feBlend feColorMatrix feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting "
        "feDisplacementMap feDistantLight feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur "
        "feImage feMerge feMergeNode feMorphology feOffset fePointLight feSpecularLighting feSpotLight feTile "
        "feTurbulence".split()
    )
)

HELD_WITHOUT_A_WORD = frozenset(["color-profile", "metadata"])
"""Elements that show nothing and do nothing: taken out like the rest, but not worth a warning."""

PROPERTIES = frozenset(
    "alignment-baseline baseline-shift clip clip-path clip-rule color color-interpolation "
    "color-interpolation-filters color-rendering cursor cx cy d direction display dominant-baseline fill "
    "fill-opacity fill-rule filter flood-color flood-opacity font-family font-feature-settings "
    "font-kerning font-size font-size-adjust font-stretch font-style font-variant font-variant-caps "
    "font-variant-east-asian font-variant-ligatures font-variant-numeric font-variation-settings font-weight "
    "glyph-orientation-horizontal glyph-orientation-vertical height image-rendering kerning letter-spacing "
    "lighting-color marker marker-end marker-mid marker-start mask mask-type opacity overflow paint-order "
    "pointer-events r rx ry shape-rendering stop-color stop-opacity stroke stroke-dasharray "
    "stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width "
    "text-anchor text-decoration text-overflow text-rendering transform transform-box transform-origin "
    "unicode-bidi vector-effect visibility white-space width word-spacing writing-mode x y".split()
)
"""Properties that are attributes too, read by the rules of CSS in both forms."""

CSS_PROPERTIES = PROPERTIES | frozenset(
    "animation animation-delay animation-direction animation-duration animation-fill-mode "
    "animation-iteration-count animation-name animation-play-state animation-timing-function background "
    "background-color color-scheme font font-display font-synthesis inline-size isolation line-height mask-clip "
    "mask-composite mask-mode mask-origin mask-position mask-repeat mask-size max-height max-width min-height "
    "min-width mix-blend-mode shape-inside shape-margin shape-padding shape-subtract src stroke-alignment "
    "tab-size text-align text-align-last text-decoration-color text-decoration-line text-decoration-style "
    "text-decoration-thickness text-indent text-orientation text-shadow text-transform text-underline-offset "
    "transition unicode-range will-change".split()
)

FUNCTIONS = frozenset(
    "blur brightness calc circle clamp color color-mix contrast cubic-bezier device-cmyk drop-shadow ellipse "
    "format grayscale hsl hsla hue-rotate hwb icc-color inset invert lab lch light-dark linear local matrix "
    "matrix3d max min oklab oklch opacity path perspective polygon rgb rgba rotate rotate3d rotatex "
    "rotatey rotatez saturate scale scale3d scalex scaley scalez sepia skew skewx skewy steps translate "
    "translate3d translatex translatey translatez var".split()
)
"""Functions of CSS that fetch nothing; `url` is judged by what it names."""

ATTRIBUTES = PROPERTIES | frozenset(
    "accumulate additive amplitude attributeName attributeType azimuth baseFrequency begin bias by calcMode "
    "class clipPathUnits diffuseConstant divisor dur dx dy edgeMode elevation end enable-background exponent fill "
    "filterUnits fr from fx fy gradientTransform gradientUnits id in in2 intercept k1 k2 k3 k4 kernelMatrix "
    "kernelUnitLength keyPoints keySplines keyTimes lang lengthAdjust limitingConeAngle markerHeight "
    "markerUnits markerWidth maskContentUnits maskUnits max media method min mode numOctaves offset operator "
    "order orient origin path pathLength patternContentUnits patternTransform patternUnits points "
    "pointsAtX pointsAtY pointsAtZ preserveAlpha preserveAspectRatio primitiveUnits radius refX refY "
    "repeatCount repeatDur requiredExtensions requiredFeatures restart result role rotate scale seed side "
    "slope spacing specularConstant specularExponent spreadMethod startOffset stdDeviation "
    "stitchTiles surfaceScale systemLanguage tableValues targetX targetY textLength to type values "
    "version viewBox x1 x2 xChannelSelector y1 y2 yChannelSelector z zoomAndPan".split()
)

LONG_NUMBERS = frozenset("d points transform".split())
"""Attributes of mere numbers, too long to be looked through word by word."""

ANIMATED_VALUES = frozenset("by from to values".split())
"""Attributes that take the form of whatever attribute they animate."""

ANIMATED = ATTRIBUTES - {"attributeName", "attributeType", "id", "media", "type"}
"""What may be animated: no link, nothing that runs."""
