"""What each page's template is given: one frozen value a template, in the template's own terms.

Rules of this module:

* a class names its template, and the template sees it as `page`; nothing is computed in a template but its looks;
* strings that came by mail are plain text here and everywhere: escaping is the template engine's, always on;
* `refresh` is the address whose page holds the fresh contents of this page's live regions (see static/live.js), and
  `follow` the stream of the session whose lines grow on it; None for a page that nothing changes.
"""

from pillarbox.web.contexts.compare import ComparePage, Side, Source, Stretch, SummaryRow
from pillarbox.web.contexts.headers import HeaderFact, HeaderRow, HeadersPanel, Stop
from pillarbox.web.contexts.inboxes import DeleteInboxPage, InboxesPage, InboxLogin, InboxRow
from pillarbox.web.contexts.message import MessagePage, TextPreview
from pillarbox.web.contexts.messages import (
    Badge,
    Day,
    DeletePage,
    FirstMail,
    MessageList,
    MessagesPage,
    Row,
    RowsPage,
    Snippet,
    Undo,
)
from pillarbox.web.contexts.page import ErrorPage, Page, Rail, RailInbox, RailSearch
from pillarbox.web.contexts.panels import (
    EnvelopePanel,
    LintPanel,
    Panel,
    Param,
    PreviewPanel,
    Rcpt,
    SourcePanel,
    Tab,
    TextPanel,
    TranscriptPanel,
)
from pillarbox.web.contexts.parts import Event, OpenedPart, PartsPanel, TreePart, Way
from pillarbox.web.contexts.raw import RawLine, RawPanel
from pillarbox.web.contexts.search import OperatorHelp, SearchHelpPage, Suggestion, SuggestionsPage, Wrong
from pillarbox.web.contexts.sessions import (
    AgainPage,
    SendAgainPage,
    SentMessage,
    SessionDay,
    SessionPage,
    SessionRow,
    SessionsPage,
)
from pillarbox.web.contexts.settings import SettingsPage
from pillarbox.web.contexts.stats import Chart, Column, Figures, Share, SizedMessage, SlowSession, StatsPage
from pillarbox.web.contexts.waterfall import Bar, Lane, Tick, Waterfall
from pillarbox.web.contexts.wire import Content, Fold, Term, WireLine, Word

__all__ = [
    "AgainPage",
    "Badge",
    "Bar",
    "Chart",
    "Column",
    "ComparePage",
    "Content",
    "Day",
    "DeleteInboxPage",
    "DeletePage",
    "EnvelopePanel",
    "ErrorPage",
    "Event",
    "Figures",
    "FirstMail",
    "Fold",
    "HeaderFact",
    "HeaderRow",
    "HeadersPanel",
    "InboxLogin",
    "InboxRow",
    "InboxesPage",
    "Lane",
    "LintPanel",
    "MessageList",
    "MessagePage",
    "MessagesPage",
    "OpenedPart",
    "OperatorHelp",
    "OutcomeCount",
    "Page",
    "Panel",
    "Param",
    "PartsPanel",
    "PreviewPanel",
    "Rail",
    "RailInbox",
    "RailSearch",
    "RawLine",
    "RawPanel",
    "Rcpt",
    "Row",
    "RowsPage",
    "SearchHelpPage",
    "SendAgainPage",
    "SentMessage",
    "SessionDay",
    "SessionPage",
    "SessionRow",
    "SessionsPage",
    "SettingsPage",
    "Share",
    "Side",
    "SizedMessage",
    "SlowSession",
    "Snippet",
    "Source",
    "SourcePanel",
    "StatsPage",
    "Stop",
    "Stretch",
    "Suggestion",
    "SuggestionsPage",
    "SummaryRow",
    "Tab",
    "Term",
    "TextPanel",
    "TextPreview",
    "Tick",
    "TranscriptPanel",
    "TreePart",
    "Undo",
    "Waterfall",
    "Way",
    "WireLine",
    "Word",
    "Wrong",
]
