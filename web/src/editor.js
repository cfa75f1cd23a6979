// GraphiQL in the page, and a handle on it. React, ReactDOM and GraphiQL are the classic scripts loaded before.

const { createElement, Fragment, useEffect } = window.React;
const { GraphiQL } = window;
const { useEditorContext, useExecutionContext, useSchemaStore } = GraphiQL.React;

// Tab moves the focus on instead of indenting: a keyboard user must be able to leave the editors.
const leaveByTab = { Tab: false, 'Shift-Tab': false };

/**
 * Puts GraphiQL into the element and resolves with its handle once the editors stand:
 * fill(query, variables), run() and reload() (fetches the schema again).
 */
export function mountEditor(element, { fetcher, defaultQuery }) {
  return new Promise((resolve) => {
    const handle = {};
    const toolbar = ({ prettify, merge, copy }) =>
      createElement(Fragment, null, prettify, merge, copy, createElement(Bridge, { handle, ready: resolve }));
    window.ReactDOM.createRoot(element).render(createElement(GraphiQL, {
      fetcher,
      defaultQuery,
      forcedTheme: 'light',
      defaultEditorToolsVisibility: 'variables',
      isHeadersEditorEnabled: false,
      shouldPersistHeaders: false,
      // What was asked may hold names, and office computers are shared: it is forgotten with the tab.
      storage: window.sessionStorage,
    }, createElement(GraphiQL.Logo, null, ' '), createElement(GraphiQL.Toolbar, null, toolbar)));
  });
}

/** Renders nothing: keeps the handle's functions bound to GraphiQL's present state. */
function Bridge({ handle, ready }) {
  const { queryEditor, variableEditor, responseEditor, setOperationName } = useEditorContext({ nonNull: true });
  const { run, isFetching } = useExecutionContext({ nonNull: true });
  const { introspect } = useSchemaStore();

  useEffect(() => {
    if (!queryEditor || !variableEditor || !responseEditor) return undefined;
    const editors = [queryEditor, variableEditor, responseEditor];
    for (const editor of editors) editor.addKeyMap(leaveByTab);
    nameEditors(queryEditor, variableEditor, responseEditor);
    return () => editors.forEach((editor) => editor.removeKeyMap(leaveByTab));
  }, [queryEditor, variableEditor, responseEditor]);

  useEffect(() => {
    if (!queryEditor || !variableEditor || !responseEditor) return;
    handle.fill = (query, variables) => {
      queryEditor.setValue(query);
      variableEditor.setValue(JSON.stringify(variables, null, 2));
      // GraphiQL reads the operation's name only a moment after an edit; a run right now would send the old one.
      setOperationName(/\bquery\s+(\w+)/.exec(query)?.[1] ?? null);
    };
    handle.run = run;
    handle.reload = introspect;
    handle.isFetching = isFetching;
    ready(handle);
  });

  return null;
}

function nameEditors(query, variables, response) {
  query.getInputField().setAttribute('aria-label', 'Query');
  variables.getInputField().setAttribute('aria-label', 'Variables');
  response.getInputField().setAttribute('aria-label', 'Result');
}
