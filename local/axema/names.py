"""The Swedish names from which the demo people are made."""

FAMILY_NAMES = (
    "Andersson", "Johansson", "Karlsson", "Nilsson", "Eriksson", "Larsson", "Olsson", "Persson", "Svensson",
    "Gustafsson", "Lindgren", "Lindström", "Lindqvist", "Lindén", "Berg", "Bergström", "Björk", "Björklund",
    "Åberg", "Åkesson", "Åström", "Öberg", "Östlund", "Öhman", "Sjöberg", "Sjögren", "Nordström", "Norén",
    "Hallén", "Wallén", "Dahlén", "Sandén", "Holmström", "Engström", "Söderberg", "Söderström", "Löfgren",
    "Mårtensson", "Håkansson", "Pålsson", "Jönsson", "Sjöö", "Strömbäck", "Fält", "Rask", "Stål", "Hjälm",
    "von Ekfors", "af Granlund", "Ek",
)  # fmt: skip

GIVEN_NAMES = (
    "Anna", "Maria", "Karin", "Eva", "Kristina", "Åsa", "Märta", "Linnéa", "Desirée", "Renée", "Elsa", "Alva",
    "Ebba", "Saga", "Tuva", "Göran", "Björn", "Jörgen", "Sören", "Håkan", "Mårten", "Pär", "André", "René",
    "Lars", "Erik", "Karl", "Per", "Nils", "Olof", "Hugo", "Elias", "Noah", "Amina", "Fatima", "Omar", "Zoë",
    "Anna Karin", "Eva Lena", "Karl-Johan", "Lars-Erik", "Per Olof", "Ann-Sofie", "Britt-Marie",
)  # fmt: skip
